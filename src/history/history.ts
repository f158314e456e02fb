import type { JudgeContext } from "./context.js";
import type { HistoryEvent } from "./event.js";

/** A whole record in memory, ordered by time (invocations before completions on ties), each event with its index. */
export interface History {
  readonly events: readonly HistoryEvent[];
  readonly context: JudgeContext;
  /** What the reader had to say: a dropped unterminated line, an unmerged record, ... */
  readonly notes: readonly string[];
}
