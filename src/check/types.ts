import type { Portion } from "../../checker/check-model.js";
import type { Limits, ModelVerdict, Trouble } from "../../checker/models/types.js";
import type { VerdictWord } from "../../checker/types.js";
import type { ErrorCode } from "../error.js";
import type { Format } from "../history/reading/format.js";
import type { Judged } from "../report/judged.js";
import type { SharedColumns } from "./shared.js";

export interface CheckOptions {
  /** Names of models, or files of models of one's own; none: what the operations call for. */
  readonly models: readonly string[];
  readonly lenient: boolean;
  /** ms for a history. */
  readonly timeMs: number;
  /** Bytes that a search may take. */
  readonly memoryBytes: number;
  /** Threads for the keys of one history. */
  readonly threads: number;
}

/** An operation that shows a trouble, as plain data. */
export interface ShownOp {
  /** Places of its events in the history; null: nothing was told of its end. */
  readonly invoked: number;
  readonly completed: number | null;
  readonly process: string;
  readonly owner: string;
  readonly f: string;
  readonly outcome: string;
  readonly value: unknown;
  readonly extra?: unknown;
  readonly token?: unknown;
  /** ns */
  readonly from: number | null;
  readonly to: number | null;
}

export interface CheckedModel extends Omit<ModelVerdict, "troubles"> {
  readonly troubles: readonly (Omit<Trouble, "witness"> & { readonly ops: readonly ShownOp[] })[];
}

/** What models say of a history. */
export interface CheckedHistory {
  readonly kind: "history";
  readonly file: string;
  readonly verdict: VerdictWord;
  readonly format: Format;
  /** Nobody named the models. */
  readonly guessed: boolean;
  readonly operations: number;
  readonly events: number;
  /** Events of faults and the run, lines of a log. */
  readonly apart: number;
  readonly skipped: number;
  readonly notes: readonly string[];
  readonly models: readonly CheckedModel[];
  readonly ms: { readonly reading: number; readonly judging: number };
}

/** What the judge of runs says of a record of our own. */
export interface CheckedRun {
  readonly kind: "run";
  readonly file: string;
  readonly verdict: VerdictWord;
  readonly judged: Judged;
}

/** Why something could not be judged. */
export interface Unchecked {
  readonly kind: "error";
  readonly file: string;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string };
}

export type Checked = CheckedHistory | CheckedRun;

/** What a thread is asked to do, and what it says. */
export type Task =
  | { readonly kind: "file"; readonly file: string; readonly options: CheckOptions }
  | {
      readonly kind: "parts";
      readonly ops: SharedColumns;
      readonly model: string;
      readonly limits: Limits;
      readonly portion: Portion;
    };
export type Answer = { readonly result: unknown } | { readonly error: Unchecked["error"] };
