/**
 * How a history is to be judged: the value of its first event, so that a history file can be judged alone.
 */

/** Kinds of fault, as a recipe's documentation would name them when it gives its promise up. */
export const FAULT_KINDS = [
  "pause",
  "block",
  "kill",
  "partition",
  "clock",
  "slow",
  "late-reply",
  "lost-reply",
  "session",
  "failover",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What one lock recipe promises, with where that is written. */
export interface Promises {
  /**
   * Kept by the service itself; only while clocks and pauses stay bounded; not at all; or not needed, since what is
   * protected looks after itself (`resource`).
   */
  readonly exclusion: "service" | "timing" | "none" | "resource";
  /** What bounds a hold: a time to live, a session kept alive, an open connection, or nothing. */
  readonly lease: "ttl" | "session" | "connection" | "none";
  /** Lease lengths in ms that the service accepts, in steps of `step`. */
  readonly ttl: {
    readonly min: number;
    readonly max: number;
    readonly step: number;
    readonly default: number;
  };
  /** Whether the client sees its renewals acknowledged (`renew` events), none are made, or they are hidden from it. */
  readonly renewals: "visible" | "none" | "hidden";
  /** What serves as fencing token, or null: none, so it cannot be fenced. */
  readonly token: string | null;
  /** Faults of servers (of clients, where there is no server) under which its own documentation gives exclusion up. */
  readonly except: readonly FaultKind[];
  /** Where all this is written. */
  readonly source: string;
}

/** Whether each of its leases comes to an end, whatever its holder does. */
export const isNeverRenewed = ({ lease, renewals }: Promises): boolean =>
  lease === "ttl" && renewals === "none";

/**
 * How a resource looks after itself, so that no lock is needed:
 * - `version`: a write is accepted only while the version that it was computed from stands (compare and set).
 * - `queue`: clients put changes into a queue; one writer alone carries them out, one after the other.
 * - `idempotent`: a change has a name, and is made once however often it is asked for: so it is asked for until answered.
 */
export type Guard = "version" | "queue" | "idempotent";

export type Fencing = "off" | "on" | "writes" | "identity";
/** trusting: never looks at its lease; checking: looks before each write; heedless: goes on even when acquire failed. */
export type Discipline = "trusting" | "checking" | "heedless";

/** How a number must come about. */
export interface Sum {
  readonly initial: number;
  /** What each write adds: this much, or its own element. */
  readonly by: number | "element";
  /** Where it must stop, exactly: a run that did not get there shows nothing. */
  readonly goal?: number;
}

export interface JudgeContext {
  readonly version: 1;
  readonly backend: string;
  readonly recipe: string;
  readonly promises: Promises;
  /** Lease asked for, ms. */
  readonly ttlMs: number;
  /** A dead holder's lock is free again within this many ms of its death; null: never. */
  readonly freedWithinMs: number | null;
  readonly fencing: Fencing;
  readonly discipline: Discipline;
  readonly workload: string;
  /** Where the workload's numbers must add up: what the value began with, and what each write adds. Absent: they tell nothing. */
  readonly sum?: Sum;
  /** Fewer grants than this are too weak to judge. */
  readonly leastGrants: number;
  /** Names of the faults that were asked for; empty for none. */
  readonly nemeses: readonly string[];
  readonly locks: readonly string[];
  readonly clients: readonly string[];
  /** Empty: there is no service but what the clients do themselves. Absent: not told which of the hosts are servers. */
  readonly servers?: readonly string[];
}
