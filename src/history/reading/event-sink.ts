import { LockjepsenError, messageOf } from "../../error.js";
import type { ColumnBuilder } from "../column-builder.js";
import { createDraft, TYPE } from "../draft.js";
import { createShape, fill, type Filled } from "../op-event.js";
import { TooDeep, TooManyValues } from "../values.js";
import { NotEdn, Unfinished } from "./edn.js";
import { fillLine, type PlainLine } from "./plain-line.js";

/** Takes what a parser reads to the columns, and keeps count of what is not as it should be. */
export interface EventSink {
  readonly apart: number;
  readonly skipped: number;
  event(event: unknown): void;
  line(line: PlainLine): void;
  /** A line that is no event, and need not be one. */
  other(): void;
  /** Takes an error that reading a line has thrown as its flaw; throws again what is not the line's fault. */
  caught(error: unknown, line: number): void;
  flaw(what: string, line: number): void;
  /** The last line, cut off. */
  torn(line: number): void;
  notes(): readonly string[];
}

/** Why an event cannot be taken. */
class Flaw extends Error {}

/** Flaws of which a note tells the line. */
const MOST_TOLD = 3;

export function eventSink(builder: ColumnBuilder, name: string, lenient: boolean): EventSink {
  const draft = createDraft();
  const shape = createShape();
  const told: string[] = [];
  let apart = 0;
  let skipped = 0;
  let tornLine: number | null = null;
  let lastTime = -Infinity;
  let backwards = 0;

  function flaw(what: string, line: number): void {
    if (!lenient)
      throw new LockjepsenError(
        "usage",
        `line ${line} of ${name}: ${what}`,
        "take the history as it was recorded; --lenient leaves such lines out and counts them",
      );
    skipped += 1;
    if (told.length < MOST_TOLD) told.push(`line ${line}: ${what}`);
  }

  function take(filled: Filled): void {
    if (typeof filled === "object") {
      builder.pass();
      throw new Flaw(filled.flaw);
    }
    if (filled === "apart") {
      apart += 1;
      builder.pass();
      return;
    }
    if (draft.time < lastTime) backwards += 1;
    else if (draft.time > lastTime) lastTime = draft.time;
    const unanswered = lenient && draft.type === TYPE.invoke && builder.isOpen(draft.process);
    // Whatever comes next of this process answers what it asks now.
    if (unanswered) builder.abandon(draft.process);
    const wrong = builder.take(draft);
    if (wrong !== null) throw new Flaw(wrong);
    if (unanswered) throw new Flaw("the operation before it was never answered");
  }

  return {
    get apart() {
      return apart;
    },
    get skipped() {
      return skipped;
    },
    event: (event) => take(fill(draft, event, builder, shape)),
    line: (line) => take(fillLine(draft, line, builder, shape)),
    other() {
      apart += 1;
      builder.pass();
    },
    caught(error, line) {
      const what = whatIsWrong(error);
      if (what === null) throw error;
      flaw(what, line);
    },
    flaw,
    torn(line) {
      tornLine = line;
    },
    notes: () => [
      ...(tornLine === null
        ? []
        : [
            `line ${tornLine} of ${name} was dropped: it is cut off, as a killed process leaves its last one`,
          ]),
      ...(skipped === 0
        ? []
        : [
            `${skipped} ${skipped === 1 ? "line was" : "lines were"} left out of ${name} (${told.join("; ")}${skipped > told.length ? "; ..." : ""}): what they said was not judged`,
          ]),
      ...(backwards === 0
        ? []
        : [
            `the times of ${name} run backwards at ${backwards} ${backwards === 1 ? "event" : "events"}: its order is taken as it stands`,
          ]),
    ],
  };
}

/** What is wrong with a line; null: it is not the line's fault. */
function whatIsWrong(error: unknown): string | null {
  if (error instanceof Flaw || error instanceof TooDeep || error instanceof TooManyValues)
    return messageOf(error);
  if (error instanceof NotEdn) return messageOf(error);
  if (error instanceof Unfinished) return "a value in it does not end";
  if (error instanceof SyntaxError) return `not JSON: ${messageOf(error)}`;
  if (error instanceof RangeError) return "nested too deeply";
  return null;
}
