/** Mutants that no test can find, since they change nothing. */
import type { Mutant } from "./instrument.js";

export const nameOf = ({ file, code, change }: Mutant): string => `${file}: ${code} (${change})`;

/** Each with its reason: a test that finds one proves the reason wrong. */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map([
  [
    'checker/facts/sessions.ts: event.process === "nemesis" (left out of an and)',
    "nothing but a fault is called a session",
  ],
  [
    "checker/overlaps.ts: other.to > grant.from (with >=)",
    "beliefs that only touch share nothing: it saves work",
  ],
  [
    "checker/overlaps.ts: (second.token ?? 0n) < (first.token ?? 0n) (with <=)",
    "where a token was given twice none of them tells",
  ],
  [
    "checker/release-look.ts: one.token < other.token (with <=)",
    "where a token was given twice none of them tells",
  ],
  ["checker/overlaps.ts: a < b (with <=)", "no grant overlaps itself"],
  ...["({ to }) => to > grant.from (no filter)", "to > grant.from (with >=)"].map(
    (rest): [string, string] => [
      `checker/foreign-releases.ts: ${rest}`,
      "a core lies within its belief: that two meet is asked, too, and this saves work",
    ],
  ),
  ...["with >=", "left out of an and"].map((change): [string, string] => [
    `checker/foreign-releases.ts: found.length > 0 (${change})`,
    "where none was found at all, no certain one is: it saves work",
  ]),
  [
    "checker/tokens.ts: tokenOf(asked) > token (with >=)",
    "one that was returned before was asked for before: its like is found among those, first",
  ],
  ...[
    "checker/release-look.ts: grant.from <= asked (left out of an and)",
    "checker/release-look.ts: ({ to }) => to > asked (no filter)",
    "checker/release-look.ts: to > asked (with >=)",
  ].map((name): [string, string] => [
    name,
    "a core lies within its belief: that it contains a moment is asked, too, and this saves work",
  ]),
  ...[
    "checker/release-look.ts: one.latest <= since (with <)",
    "checker/release-look.ts: one.latest <= since (left out of an or)",
    "checker/release-look.ts: !one || one.latest <= since (never)",
  ].map((name): [string, string] => [
    name,
    "none of those before was answered later, and each is asked for that: it saves work",
  ]),
  [
    'checker/linearizability/last-reads.ts: f === "write" (always)',
    "only writes have a name, by which their values are asked for",
  ],
  [
    "checker/linearizability/last-reads.ts: reads.length === 0 (never)",
    "of no reads nothing is said: it saves work",
  ],
  [
    "checker/linearizability/mutex.ts: ({ from, to }) => from < to (no filter)",
    "who was told released later, so only acquires that are open have no core: they come last, and reach nowhere",
  ],
  [
    "checker/linearizability/mutex.ts: hold.acquired !== Infinity (left out of an or)",
    "a core that covers the release of one who was told begins before it, so it would have met its core",
  ],
  [
    'checker/linearizability/register.ts: read.f === "write" (left out of an or)',
    "a write is what wrote its value, and not before it was asked for",
  ],
  [
    "checker/linearizability/register.ts: cluster.read (left out of an or)",
    "a value that was read has a return",
  ],
  [
    "checker/linearizability/register.ts: (cluster) => cluster.read || cluster.leastReturn < Infinity (no filter)",
    "an open write that nobody read returns after all else: it is in no forward zone",
  ],
  [
    "checker/overlaps.ts: (other) => other.to > grant.from (no filter)",
    "beliefs that only touch, or do not meet, share nothing: it saves work",
  ],
  ...[
    "checker/lateness.ts: (lost.index ?? 0) < (ok.index ?? 0) (with <=)",
    "checker/tokens.ts: grant.acquire.to < place (with <=)",
    "checker/linearizability/mutex.ts: from < to (with <=)",
    "checker/linearizability/mutex.ts: next.from < core.to (with <=)",
    "checker/linearizability/mutex.ts: from <= hold.releaseInvoke (with <)",
    "checker/linearizability/mutex.ts: hold.releaseReturn <= to (with <)",
    "checker/linearizability/register.ts: read.return < write.invoke (with <=)",
    "checker/linearizability/register.ts: cluster.leastReturn < cluster.greatestInvoke (with <=)",
    "checker/linearizability/register.ts: next.leastReturn < cluster.greatestInvoke (with <=)",
    "checker/linearizability/register.ts: cluster.leastReturn < around.greatestInvoke (with <=)",
    "checker/linearizability/register.ts: (forward[middle]?.leastReturn ?? Infinity) < time (with <=)",
  ].map((name): [string, string] => [name, "no two events have one place in the history"]),
  [
    "checker/linearizability/register.ts: cluster.leastReturn < Infinity (with <=)",
    "an open write that nobody read returns after all else: it is in no forward zone",
  ],
]);
