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
]);
