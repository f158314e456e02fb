/**
 * The operations of a history as columns: a row is an invocation with its completion, in order of the invocations. No
 * object per operation, so that ten million of them fit into a gigabyte and are judged in a fraction of a second.
 *
 * Time, for a judge, is the *place* of an event in the record: what stands earlier was earlier. Clocks are for people.
 */

/** Its outcome is open: nothing was told, or `info`. It may take effect at any time after its invocation, or never. */
export const NEVER = 0x7f_ff_ff_ff;

/** What became of an operation. */
export const OUTCOME = {
  /** Certainly happened, between its invocation and its completion. */
  ok: 0,
  /** Certainly did not happen, and says nothing of the state. */
  fail: 1,
  /** May have happened, now or later, or never. */
  info: 2,
  /** An acquire that was refused because the lock was held (`fail` with the error `held`): the lock was, at some moment. */
  held: 3,
} as const;

/** Operations that every history may name, with the number by which columns know them. Others come after these. */
export const KNOWN_OPERATIONS = [
  "acquire",
  "release",
  "read",
  "write",
  "cas",
  "add",
  "acquire-read",
  "release-read",
  "acquire-write",
  "release-write",
] as const;
export type KnownOperation = (typeof KNOWN_OPERATIONS)[number];
/** The number of a known operation in the column `f`. */
export const F = Object.fromEntries(KNOWN_OPERATIONS.map((name, code) => [name, code])) as Readonly<
  Record<KnownOperation, number>
>;

export interface OpColumns {
  /** Operations, that is rows. */
  readonly count: number;
  /** Events in the record, those that are no operation's included: places are below this. */
  readonly eventCount: number;
  /** Who did it, as a name ({@link OpColumns.nameOf}). */
  readonly process: Int32Array;
  /** On whose behalf, as a name: of locks, who owns it. The process, where the record names nobody else. */
  readonly owner: Int32Array;
  /** What was done: a place in `operations`. */
  readonly f: Uint16Array;
  /** One of {@link OUTCOME}. */
  readonly outcome: Uint8Array;
  /** Place of the invocation. */
  readonly invoke: Int32Array;
  /** Place of the completion; {@link NEVER} where the outcome is open. */
  readonly complete: Int32Array;
  /** The lock or key: a place in `keys`. 0: it names none. */
  readonly key: Int32Array;
  /**
   * What was read, written, added, or (cas) expected; of other operations whatever value they carry. A number is
   * itself, anything else a code that `valueOf` tells; {@link NIL}: none, or not known.
   */
  readonly value: Float64Array;
  /** cas: what it sets. write: the version or value it was computed from. Empty where no operation has one. */
  readonly extra: Float64Array;
  /** Fencing token that was granted (acquire) or presented (others). Empty where no operation has one. */
  readonly token: Float64Array;
  /** ns. NaN: the record does not say. */
  readonly invokeTime: Float64Array;
  readonly completeTime: Float64Array;
  /** The operations' events in order: `row << 1` for an invocation, `row << 1 | 1` for a completion (`info`: none). */
  readonly order: Int32Array;
  readonly operations: readonly string[];
  readonly keys: readonly unknown[];
  /** What names and codes stand for: plain data, for another thread. */
  readonly tables: Tables;
  nameOf(name: number): string;
  /** The value behind a code of `value`, `extra` or `token`; null for {@link NIL}. */
  valueOf(code: number): unknown;
}

/** What is no number, in the order in which it came. */
export interface Tables {
  readonly names: readonly unknown[];
  readonly values: readonly unknown[];
}

/** No value, or one that is not known. Equal to itself, unlike NaN. */
export const NIL = -Infinity;

export const isReturn = (event: number): boolean => (event & 1) === 1;
export const rowOf = (event: number): number => event >> 1;

/** What an operation carries in a column that may be empty. */
export const cell = (column: Float64Array, row: number): number => (row < column.length ? column[row]! : NIL);
