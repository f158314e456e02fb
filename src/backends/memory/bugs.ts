import type { Behaviour } from "./behaviour.js";

/** A planted bug: one thing that the service does otherwise than it should. */
export interface Bug {
  readonly name: string;
  /** One line: what it does wrong. */
  readonly description: string;
  readonly does: Partial<Behaviour>;
  /** Checks of conformance that show it, without any fault; none: it takes one. */
  readonly fails: readonly string[];
  /** It is counted out over all that the service does: which other checks it meets is chance. */
  readonly mayFail?: "any";
  /** The client library has its part in it: it says OK without looking whether its lease still stands. */
  readonly unchecked?: true;
}

const every =
  (nth: number) =>
  (n: number): boolean =>
    n % nth === 0;

export const bugs: readonly Bug[] = [
  {
    name: "bug-grants-twice",
    description: "grants every 7th acquire at once, whoever holds",
    does: { jumps: every(7) },
    fails: ["exclusion"],
    mayFail: "any",
  },
  {
    name: "bug-wakes-two",
    description: "every 7th release lets two of those who wait in",
    does: { wakes: (n) => (every(7)(n) ? 2 : 1) },
    fails: ["exclusion"],
    mayFail: "any",
  },
  {
    name: "bug-two-queues",
    description:
      "knows two queues for one lock, each with a holder, like two servers that both believe to lead",
    does: { queue: (n) => n % 2 },
    fails: ["exclusion", "refusal", "hand-over", "foreign-release", "renewal"],
    mayFail: "any",
  },
  {
    name: "bug-forgets-under-load",
    description: "forgets who holds when an acquire finds three in the queue, every 5th time",
    does: { forgets: (n, waiting) => waiting >= 3 && every(5)(n) },
    fails: ["exclusion"],
    mayFail: "any",
  },
  {
    name: "bug-drops-renewals",
    description: "acknowledges a holder's renewals, and ends its lease all the same",
    does: { extendsHolders: false },
    fails: ["renewal"],
  },
  {
    name: "bug-expires-early",
    description: "ends every lease at half its time to live",
    does: { lasts: (ttlMs) => ttlMs / 2 },
    fails: [],
  },
  {
    name: "bug-renews-the-dead",
    description: "acknowledges the renewal of a lease whose lock it has given to another",
    does: { renewsTheDead: true },
    fails: [],
  },
  {
    name: "bug-releases-for-anyone",
    description: "answers released to one who holds no more, and frees the lock of who does",
    does: { releasesForAnyone: true },
    fails: ["foreign-release"],
  },
  {
    name: "bug-grants-dead-waiter",
    description:
      "renews nobody who waits, and tells them OK when their lease is gone (etcd-io/etcd#11456), unchecked by the client",
    does: { renewsWaiters: false, queuesTheDead: true },
    fails: ["renewal"],
    mayFail: "any",
    unchecked: true,
  },
  {
    name: "bug-late-ok",
    description:
      "holds every 10th OK back until its lease is over and renews it no more, unchecked by the client",
    does: { holdsBack: (n, ttlMs) => (every(10)(n) ? 1.2 * ttlMs : 0) },
    fails: ["tokens"],
    mayFail: "any",
    unchecked: true,
  },
  {
    name: "bug-token-repeats",
    description: "gives every 7th grant the token of the one before",
    does: { token: (n) => (every(7)(n) ? n - 1 : n) },
    fails: ["tokens"],
  },
  {
    name: "bug-token-falls",
    description: "gives every 10th grant a token below those of the nine before",
    does: { token: (n) => 2 * n - (every(10)(n) ? 19 : 0) },
    fails: ["tokens"],
  },
  {
    name: "bug-release-ignored",
    description: "answers released to every 50th release, and keeps the lock for good",
    does: { keeps: every(50) },
    fails: ["tokens"],
    mayFail: "any",
  },
  {
    name: "bug-forgets-on-restart",
    description: "knows after a restart how many grants it made, and not who holds",
    does: { recallsHolders: false },
    fails: [],
  },
  {
    name: "bug-token-restarts",
    description: "knows after a restart who holds, and counts the grants from 1 again",
    does: { recallsCount: false },
    fails: [],
  },
  {
    name: "bug-ignores-ttl",
    description: "ends no lease: a dead holder's lock stays taken",
    does: { lasts: () => Number.POSITIVE_INFINITY },
    fails: ["death"],
  },
];
