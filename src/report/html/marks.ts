import { isClientEvent, type HistoryEvent } from "../../history/event.js";
import { columns, micros, waits } from "./columns.js";
import { inside } from "./drawn.js";
import { MARK_COLUMNS, MARKS, type Columns, type Drawn, type MarkColumn } from "./payload.js";
import type { StringTable } from "./strings.js";

/** Single events that the timeline marks: renewals, losses, waits for a fault, and what happened to the run itself. */
export function markColumns(
  events: readonly HistoryEvent[],
  drawn: Drawn | null,
  clients: readonly string[],
  strings: StringTable,
): Columns<MarkColumn> {
  const marked = events.filter(
    (event) => kindOf(event) >= 0 && inside(drawn, micros(event.time), micros(event.time)),
  );
  const wait = waits(marked.map((event) => micros(event.time)));
  const rows = marked.map((event, row) => {
    const about = isClientEvent(event) ? event : undefined;
    const client = "client" in event ? event.client : undefined;
    return {
      wait: wait[row] ?? 0,
      index: event.index ?? 0,
      kind: kindOf(event),
      client: client === undefined ? -1 : clients.indexOf(client),
      process: about?.process ?? -1,
      grant: strings.place(about?.grant),
      text: strings.place(textOf(event)),
      validUntil: about?.validUntil === undefined ? -1 : micros(about.validUntil),
    };
  });
  return columns(MARK_COLUMNS, rows);
}

/** Place in MARKS; -1: no mark. That a recovery was asked for is no news, only how it ended. */
function kindOf(event: HistoryEvent): number {
  const name =
    event.f !== "recover"
      ? event.f
      : event.type === "ok"
        ? "recovered"
        : event.type === "fail"
          ? "unrecovered"
          : "";
  return (MARKS as readonly string[]).indexOf(name);
}

function textOf(event: HistoryEvent): string | undefined {
  const said = [
    "error" in event ? event.error : undefined,
    "evidence" in event ? event.evidence : undefined,
    "value" in event && event.value !== undefined ? JSON.stringify(event.value) : undefined,
  ];
  return said.filter((text) => text !== undefined).join("; ") || undefined;
}
