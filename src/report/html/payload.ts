/**
 * What the report's builder hands to the program in its page: types and words that both sides read and neither owns.
 * Histories are long, so events stand in columns of whole numbers, and texts are places in one table of strings.
 */
import type { Plan } from "../../plan/types.js";
import type { Environment, VerdictDocument } from "../types.js";

/** The words that columns give by their place. */
export const OPERATIONS = ["acquire", "release", "read", "write"] as const;
/** `info`: nobody knows, whether an answer said so or none came. */
export const OUTCOMES = ["ok", "fail", "info"] as const;
/** lost: acknowledged, and gone from the final value. stale: applied after a later grant had been there. */
export const FATES = ["applied", "refused", "lost", "stale", "stale and lost"] as const;
export const MARKS = ["renew", "lost", "phase", "healed", "client-exit", "recovered", "unrecovered"] as const;

/** Operations, in the order of their invocations. */
export const OP_COLUMNS = [
  /** Invocation: µs after that of the row before. */
  "wait",
  /** µs until the completion; -1: none came. */
  "lasts",
  /** Event index of the invocation; that of the completion minus it, 0: none. */
  "index",
  "after",
  /** Place in `clients`. */
  "client",
  "process",
  /** Places in OPERATIONS and OUTCOMES. */
  "f",
  "outcome",
  /** Places in `strings`; 0: absent. */
  "lock",
  "grant",
  "token",
  "id",
  "value",
  "error",
  /** -1: absent. `validUntil` in µs. */
  "validUntil",
  "version",
  "parent",
  /** 1: asked after all faults were healed. */
  "final",
] as const;

/** Grants, in the order of their acquires: who believed to hold. Times in µs. */
export const GRANT_COLUMNS = [
  "client",
  "process",
  "lock",
  "grant",
  "token",
  "from",
  "to",
  /** Why its holder believes no longer: place in `strings`. */
  "ended",
  /** How many of the pairs of `covers` are its own: the times in which its lease was good. */
  "covers",
] as const;

/** When two believed at once, in the order of time. Complete, also where the list of findings was cut. µs. */
export const OVERLAP_COLUMNS = [
  /** Place in `locks`. */
  "lock",
  "from",
  "to",
] as const;

/** What the register did with writes, and whatever it refused, in its own order. */
export const REGISTER_COLUMNS = [
  "wait",
  "index",
  /** 1: a read. */
  "read",
  /** Place in FATES. */
  "fate",
  "client",
  "process",
  "lock",
  "grant",
  "token",
  "id",
  "error",
  "version",
  "parent",
] as const;

/** Single events: renewals, losses, waits for a fault, and what happened to the run. */
export const MARK_COLUMNS = [
  "wait",
  "index",
  /** Place in MARKS. */
  "kind",
  /** -1: nobody's. */
  "client",
  "process",
  "grant",
  "text",
  "validUntil",
] as const;

/** One array for each field, all of the same length. */
export type Columns<Name extends string> = Readonly<Record<Name, readonly number[]>>;
export type OpColumn = (typeof OP_COLUMNS)[number];
export type GrantColumn = (typeof GRANT_COLUMNS)[number];
export type OverlapColumn = (typeof OVERLAP_COLUMNS)[number];
export type RegisterColumn = (typeof REGISTER_COLUMNS)[number];
export type MarkColumn = (typeof MARK_COLUMNS)[number];

/** Latency and rate over the whole run, also where the timeline leaves parts out. */
export interface Series {
  /** Width of a bucket, µs; the first begins at 0. */
  readonly bucket: number;
  /** ms, by operation, one number a bucket; null: none ended then. */
  readonly latency: Readonly<Record<string, Quantiles>>;
  /** Operations that ended, a second, by outcome. */
  readonly rate: Readonly<Record<string, readonly number[]>>;
}

export interface Quantiles {
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

/** What the timeline draws of a long run. */
export interface Drawn {
  /** Stretches of time, µs. */
  readonly spans: readonly (readonly [from: number, to: number])[];
  readonly operations: number;
  readonly of: number;
}

export interface Payload {
  readonly version: 1;
  readonly headline: { readonly title: string; readonly sentence: string };
  readonly document: VerdictDocument;
  readonly plan: Plan;
  readonly environment: Environment | null;
  /** The last event, µs. */
  readonly end: number;
  readonly clients: readonly string[];
  readonly locks: readonly string[];
  /** Servers that a fault hit. */
  readonly servers: readonly string[];
  /** CSS colour by the name of the nemesis. */
  readonly colours: Readonly<Record<string, string>>;
  /** What each fault is called, by its id: `kill:wipe`. */
  readonly faultTitles: Readonly<Record<string, string>>;
  /** The first is empty. */
  readonly strings: readonly string[];
  readonly ops: Columns<OpColumn>;
  readonly grants: Columns<GrantColumn>;
  /** When a lease was good: from and to in µs, pair after pair, grant after grant. It may reach past the belief. */
  readonly covers: readonly number[];
  readonly overlaps: Columns<OverlapColumn>;
  readonly register: Columns<RegisterColumn>;
  readonly marks: Columns<MarkColumn>;
  readonly series: Series;
  /** Events that findings name, as lines of the history, by index. */
  readonly cited: Readonly<Record<string, string>>;
  /** Null: everything. */
  readonly drawn: Drawn | null;
}
