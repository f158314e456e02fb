import { basename } from "node:path";
import { LockjepsenError, messageOf } from "../error.js";
import type { HistoryEvent } from "./event.js";
import { flaw } from "./validate.js";

export const tornLine = (line: number, file: string): string =>
  `line ${line} of ${basename(file)} was dropped: it is cut off, as a killed process leaves its last one`;

/** One line as an event. Throws a usage error that names the line. */
export function parseEvent(line: string, number: number, file: string): HistoryEvent {
  let value: unknown;
  let wrong: string | null;
  try {
    value = JSON.parse(line);
    wrong = flaw(value);
  } catch (error) {
    wrong = line.trim() === "" ? "it is empty" : `not JSON: ${messageOf(error)}`;
  }
  if (wrong === null) return value as HistoryEvent;
  throw new LockjepsenError(
    "usage",
    `line ${number} of ${basename(file)}: ${wrong}`,
    "take the file as the run left it, or take that line out",
  );
}
