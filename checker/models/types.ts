import type { OpColumns } from "../../src/history/columns.js";
import type { VerdictWord } from "../types.js";

/** An operation as a specification sees it. */
export interface ModelOp {
  readonly f: string;
  /** On whose behalf: the same number, the same owner. 0 for all where the model does not ask. */
  readonly owner: number;
  /** What was read, written, added or (cas) expected. null: none, or unknown because the outcome is open. */
  readonly value: unknown;
  /** cas: what it sets. write: what it was computed from. */
  readonly extra: unknown;
  readonly token: unknown;
  /** ok: it had its effect and answered with `value`. info: if it has an effect at all. held: it met a held lock. */
  readonly outcome: "ok" | "info" | "held";
}

/**
 * What a thing does, one operation after the other: data and pure functions, as in Porcupine. A history is linearizable
 * if its operations, each at some moment between its invocation and its completion, can be put in an order that `step`
 * allows. All that decides is here; a model's own `judge` is a faster way to the same answer.
 */
export interface Specification<S> {
  /** The state before the first operation. States are never changed in place. */
  readonly init: S;
  /** The state after an operation with that outcome; undefined: it cannot have had it in this state. */
  step(state: S, op: ModelOp): S | undefined;
  /** The same text or number for equal states. Needed where a state is no number, string, boolean or null. */
  key?(state: S): string | number;
  /** Whether an operation changes no state at all, as reads do: the search is quicker where it knows. */
  isPure?(op: ModelOp): boolean;
  /**
   * Whether an operation is possible in every state and changes places with all others that change one, as additions do.
   * The search is quicker where it knows.
   */
  commutes?(op: ModelOp): boolean;
  /**
   * Whether an operation is possible in every state and leaves the same one whatever there was before, as writes do. The
   * search is quicker where it knows.
   */
  overwrites?(op: ModelOp): boolean;
  /** For explanations: the state in words. */
  describe?(state: S): string;
}

/** The operations on one lock or key of which a model speaks, those that failed left out. */
export interface Part {
  readonly ops: OpColumns;
  /** Place in `ops.keys`. */
  readonly key: number;
  /** The part's events in order, as in {@link OpColumns.order}. */
  readonly events: Int32Array;
}

/** How long and how much to try, where there is no fast way. */
export interface Limits {
  /** ms for a history, all its parts together. */
  readonly timeMs: number;
  /** bytes that the search may take for one part, about. */
  readonly memoryBytes: number;
}

export type Judgement =
  | { readonly verdict: "valid" }
  | {
      readonly verdict: "violated";
      /** In a sentence: what cannot be. */
      readonly reason: string;
      /** Rows of the operations that show it, earlier invocations first. Others may be needed to make it a history. */
      readonly witness: readonly number[];
      /** Place of the event by which it could not be any more: operations invoked later play no part in it. */
      readonly at: number;
    }
  | {
      readonly verdict: "unknown";
      readonly reason: string;
      /** Place of the event up to which an order was found. */
      readonly at: number;
    };

/**
 * What a history is judged against. A plugin: one file here, one line in `index.ts`.
 *
 * `judge` must agree with brute force over `specification` on every part: oracle tests rely on that.
 */
export interface Model<S = unknown> {
  readonly name: string;
  /** One line: what it asks of a history. */
  readonly description: string;
  /** Names of the operations of which it speaks; others are kept apart. */
  readonly operations: readonly string[];
  /** Whether it matters who does an operation. */
  readonly owned: boolean;
  readonly specification: Specification<S>;
  /** What is judged on its own, by an operation; without it, the lock or key that the history names. */
  partition?(op: ModelOp): unknown;
  /** Pure. Gives up past the limits with `unknown`, and never otherwise. */
  judge(part: Part, limits: Limits): Judgement;
}

/** What one model says of one history. */
export interface ModelVerdict {
  readonly verdict: VerdictWord;
  readonly model: string;
  /** Operations that were judged, and those of which the model does not speak. */
  readonly judged: number;
  readonly apart: number;
  /** Locks or keys. */
  readonly parts: number;
  /** In a sentence: of a violation the first one, of an unknown how far it got; empty where it is valid. */
  readonly reason: string;
  /** Every part that is not valid, the one whose trouble begins first foremost. Cut at {@link MOST_TROUBLES}. */
  readonly troubles: readonly Trouble[];
  /** How many parts are violated, and how many unknown; complete, also where `troubles` was cut. */
  readonly violated: number;
  readonly unknown: number;
}

export interface Trouble {
  readonly verdict: "violated" | "unknown";
  /** The lock or key; null where the history names none. */
  readonly key: unknown;
  readonly reason: string;
  /** Rows of the operations that show it, as in {@link Judgement}. */
  readonly witness: readonly number[];
  /** Place of the event by which it could not be any more, or up to which an order was found. */
  readonly at: number;
}

export const MOST_TROUBLES = 100;
