import type { Finding } from "../../../checker/types.js";
import type { HistoryEvent } from "../../history/event.js";
import { cut } from "./strings.js";

/** A page need not repeat the whole history: past these, `history.jsonl` is the place to look. */
const MOST_EVENTS = 2_000;
const MOST_CHARACTERS = 1_000;

/** The events that findings name, as they stand in the history, by index; violations first. */
export function citedEvents(
  findings: readonly Finding[],
  events: readonly HistoryEvent[],
): Readonly<Record<string, string>> {
  const cited: Record<string, string> = {};
  const bySeverity = findings.toSorted(
    (a, b) => Number(a.severity === "note") - Number(b.severity === "note"),
  );
  let left = MOST_EVENTS;
  for (const index of bySeverity.flatMap((finding) => finding.ops)) {
    const event = events[index];
    if (!event || index in cited) continue;
    if (left === 0) break;
    left -= 1;
    cited[index] = cut(JSON.stringify(event), MOST_CHARACTERS);
  }
  return cited;
}
