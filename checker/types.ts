import type { GrantId, Nanos, ProcessId, Token } from "../src/history/event.js";
import type { Analysis } from "./analysis.js";

export const FINDING_KINDS = [
  "overlap",
  "stale-write",
  "lost-update",
  "token-order",
  "fence-breach",
  "late-grant",
  "foreign-release",
  "imbalance",
  "orphan",
  "unrecovered",
  "unlocked-write",
  "nonlinearizable",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Why two clients held at once, or why harm was done: the first that holds, in this order. */
export const CAUSES = [
  "not-a-lock",
  "foreign-release",
  "session-lost",
  "late-grant",
  "service",
  "outlived-lease",
  "undetermined",
  "in-flight",
] as const;
export type Cause = (typeof CAUSES)[number];

export type Severity = "violation" | "note";

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly cause?: Cause;
  /** Whether this is what the recipe's own documentation lets happen; false: a broken promise. */
  readonly expected?: boolean;
  /** In words, for somebody who has never read a Jepsen analysis: who, when, which tokens, which fault, why this cause. */
  readonly explanation: string;
  /** Indices of the events that show it, in order of time. */
  readonly ops: readonly number[];
  /** When it happened: for an overlap its start. */
  readonly time: Nanos;
  readonly lock?: string;
  /** overlap: until when both believed to hold. */
  readonly until?: Nanos;
  /** The grants involved, the earlier one first. */
  readonly grants?: readonly GrantRef[];
  /** Ids of the faults in effect at that time on the clients or servers concerned. */
  readonly faults?: readonly string[];
}

export interface GrantRef {
  readonly grant: GrantId;
  readonly client: string;
  readonly process: ProcessId;
  readonly token?: Token;
}

export type VerdictWord = "valid" | "violated" | "unknown";

export interface FaultSummary {
  readonly id: string;
  readonly name: string;
  /** Which variant of it. */
  readonly shape?: string;
  readonly target: string;
  readonly nodes: readonly string[];
  readonly from: Nanos;
  /** End of the run where it was never healed. */
  readonly to: Nanos;
  readonly verified: boolean;
  /** Of hosts that were stopped and let go in turns: for how long each time. */
  readonly stopMs?: number;
  readonly evidence: string;
}

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What the judge says: one versioned document. `run` and `files` are added by whoever ran it. */
export interface Verdict {
  readonly version: 1;
  readonly verdict: VerdictWord;
  /** Why, in short sentences: each kind of violation with its number and cause, or why it is unknown. */
  readonly reasons: readonly string[];
  readonly findings: readonly Finding[];
  /** Violations by kind. Complete, also where `findings` was cut. */
  readonly counts: Readonly<Partial<Record<FindingKind, number>>>;
  /** Notes by kind. */
  readonly notes: Readonly<Partial<Record<FindingKind, number>>>;
  /** Overlaps by cause, violations and notes alike. */
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  readonly brokenPromises: number;
  /** The same by kind. */
  readonly broken: Readonly<Partial<Record<FindingKind, number>>>;
  /** Time of the first violation. */
  readonly firstViolation: Nanos | null;
  readonly updates: { readonly acknowledged: number; readonly lost: number; readonly lostShare: number };
  readonly grants: number;
  readonly holders: number;
  /**
   * Grants put to the test: still believed after a lease without an acknowledged renewal; their session was ended, or
   * their holder killed; or held while a server was killed, failed over or had its clock moved.
   */
  readonly challenged: number;
  /** null: the recipe has no token to fence with. */
  readonly fence: {
    /** Writes that the fence of this run refused. */
    readonly refused: number;
    /** Writes applied in this run that a whole fence (reads present their token too) would have refused. */
    readonly wouldRefuse: number;
    /** Lost updates that it would have kept, or refused to their writer's face instead of acknowledging them. */
    readonly wouldSave: number;
  } | null;
  readonly faults: readonly FaultSummary[];
  /** ms, by operation. */
  readonly latency: Readonly<Record<string, Percentiles>>;
  /** ms from a release, or from a holder's death, to the next holder who already waited; null: it did not happen. */
  readonly handOver: { readonly released: Percentiles | null; readonly died: Percentiles | null };
  /**
   * Data segments that the clients sent the lock service per grant; null: not known. About one a request, and a
   * waiter's part is in it: what a herd costs.
   */
  readonly requestsPerGrant: number | null;
  /** Grants a second between the first acquire and the end of the workload. */
  readonly throughput: number;
  /** Remarks of the reader and of checkers that gave up. */
  readonly remarks: readonly string[];
}

/** Looks for one kind of trouble. A plugin: one file here, one line in `index.ts`. Pure. */
export interface Checker {
  readonly name: FindingKind;
  /** One line: what it says when it finds something. */
  readonly description: string;
  check(analysis: Analysis): readonly Finding[];
}
