import type { Cause, FindingKind } from "../../checker/types.js";

/** What a word of the judge means, for somebody who has never read such an analysis. */
export interface KindWords {
  /** For one of them, as the head of a paragraph. */
  readonly title: string;
  readonly meaning: string;
}

export interface CauseWords {
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** By weight: what was lost says more than how it came about. */
export const WORST_FIRST = [
  "lost-update",
  "imbalance",
  "nonlinearizable",
  "fence-breach",
  "stale-write",
  "unlocked-write",
  "overlap",
  "foreign-release",
  "late-grant",
  "token-order",
  "orphan",
  "unrecovered",
] as const satisfies readonly FindingKind[];

export const KIND_WORDS: Readonly<Record<FindingKind, KindWords>> = {
  "lost-update": {
    title: "Lost update",
    meaning: "A client was told that its write was done, and the final value does not contain it.",
  },
  imbalance: {
    title: "Books that do not balance",
    meaning: "What clients were told had been done, and the value that is left at the end, do not add up.",
  },
  nonlinearizable: {
    title: "Answers that fit no order",
    meaning: "No order of the operations, one after the other, explains the answers that were given.",
  },
  "fence-breach": {
    title: "Breached fence",
    meaning: "The register accepted a fencing token below one that it had seen already.",
  },
  "stale-write": {
    title: "Stale write",
    meaning: "The register applied a write of a former holder after a later holder had read or written.",
  },
  "unlocked-write": {
    title: "Write without the lock",
    meaning: "A client wrote although it had not been granted the lock.",
  },
  overlap: {
    title: "Two holders at once",
    meaning: "Two clients believed at the same time that they, and nobody else, held the lock.",
  },
  "foreign-release": {
    title: "Release by somebody else",
    meaning: "A client that did not hold the lock released it, and was told that this worked.",
  },
  "late-grant": {
    title: "Granted too late",
    meaning: "A client was told that it holds the lock when its lease was over already.",
  },
  "token-order": {
    title: "Token out of order",
    meaning: "A fencing token was repeated, or not above those handed out before: a fence cannot rely on it.",
  },
  orphan: {
    title: "Stuck lock",
    meaning: "Every fault was healed and every lease over, and still nobody could take the lock.",
  },
  unrecovered: {
    title: "Cluster did not recover",
    meaning: "The servers were not healthy again in time after the last fault was healed.",
  },
};

/** Where the documentation gives the promise up, nobody broke it, and there is nobody to report it to. */
const EXCUSED_SERVICE: CauseWords = {
  title: "the service let two in",
  meaning:
    "A second client was granted the lock while the first one's lease was still good by its own clock. Under such a fault, the service's own documentation promises no more.",
  remedy:
    "Keep such faults away from the servers, or choose a lock whose promise outlasts them. Fence the store, where the lock has a token; else let it compare the version that a write was computed from.",
};

/** `expected`: as the finding says. */
export const causeWords = (cause: Cause, expected: boolean | undefined): CauseWords =>
  cause === "service" && expected === true ? EXCUSED_SERVICE : CAUSE_WORDS[cause];

const CAUSE_WORDS: Readonly<Record<Cause, CauseWords>> = {
  "outlived-lease": {
    title: "a holder outlived its lease",
    meaning:
      "A lease runs out by the clock, whether its holder notices or not. One that is frozen or cut off for longer goes on as if nothing had happened. Every lock with leases allows this.",
    remedy:
      "Send the grant's token with every write, and let the store refuse a token below the highest that it has seen, on reads as well as on writes: then the late write does no harm. See it with --fencing on.",
  },
  "session-lost": {
    title: "a session was ended under its holder",
    meaning:
      "The holder's session or connection was ended from outside. The service freed the lock, and the holder had not heard of it yet. Every lock that hangs on a session allows this.",
    remedy:
      "Fence the store with the grant's token, and stop at once when the connection to the lock service is lost.",
  },
  "late-grant": {
    title: "told OK too late",
    meaning:
      "A client was told that it holds the lock when its lease had run out already: whoever said so (the server's lock call, the library, the recipe) did not look again.",
    remedy:
      "Look again after waiting: read the own key, or ask for the lease's remaining time, before the lock is called taken. And fence the store.",
  },
  service: {
    title: "the service let two in",
    meaning:
      "A second client was granted the lock while the first one's lease was still good by its own clock. That breaks what the service promises.",
    remedy:
      "Report it with this run's directory as evidence, and look for a version that keeps the promise. A fence in the store protects the data until then.",
  },
  "foreign-release": {
    title: "released by somebody else",
    meaning:
      "A client that did not hold the lock released it, so that the next one was let in beside the holder.",
    remedy: "Release only what one's own grant holds: compare the owner and delete in one step.",
  },
  "not-a-lock": {
    title: "it is not a lock",
    meaning: "The recipe never keeps a second client out: each one that asks is told that it holds the lock.",
    remedy: "Use a recipe that takes the lock only if nobody holds it, in one atomic step.",
  },
  undetermined: {
    title: "cause unknown",
    meaning: "The record does not tell why: the explanation says what is missing.",
    remedy: "Run it again with a recipe whose renewals can be seen, and keep the servers' logs.",
  },
  "in-flight": {
    title: "a write was still on its way",
    meaning:
      "The holder released the lock while a write of its was still under way, and the write arrived after the next grant.",
    remedy: "Fence the store, or wait for every answer before releasing.",
  },
};
