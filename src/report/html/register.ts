import type { Finding } from "../../../checker/types.js";
import { isClientEvent, type HistoryEvent, type RegisterEvent } from "../../history/event.js";
import { columns, micros, waits } from "./columns.js";
import { FATES, REGISTER_COLUMNS, type Columns, type Drawn, type RegisterColumn } from "./payload.js";
import { inside } from "./drawn.js";
import type { StringTable } from "./strings.js";

/** The register's log as far as it tells a story: all writes, and reads that were refused. */
export function registerColumns(
  events: readonly HistoryEvent[],
  findings: readonly Finding[],
  drawn: Drawn | null,
  clients: readonly string[],
  strings: StringTable,
): Columns<RegisterColumn> {
  const lost = writesNamed("lost-update", findings, events);
  const stale = writesNamed("stale-write", findings, events);
  const fateOf = (event: RegisterEvent): number => {
    const [isLost, isStale] = [lost.has(event.id ?? ""), stale.has(event.id ?? "")];
    if (event.type === "fail") return FATES.indexOf("refused");
    if (isLost && isStale) return FATES.indexOf("stale and lost");
    return FATES.indexOf(isLost ? "lost" : isStale ? "stale" : "applied");
  };

  const told = events.filter(
    (event): event is RegisterEvent =>
      event.process === "register" &&
      (event.f === "write" || event.type === "fail") &&
      inside(drawn, micros(event.time), micros(event.time)),
  );
  const wait = waits(told.map((event) => micros(event.time)));
  const rows = told.map((event, row) => ({
    wait: wait[row] ?? 0,
    index: event.index ?? 0,
    read: event.f === "read" ? 1 : 0,
    fate: fateOf(event),
    client: clients.indexOf(event.client),
    process: event.by,
    lock: strings.place(event.lock),
    grant: strings.place(event.grant),
    token: strings.place(event.token),
    id: strings.place(event.id),
    error: strings.place(event.error),
    version: event.version ?? -1,
    parent: event.parent ?? -1,
  }));
  return columns(REGISTER_COLUMNS, rows);
}

/** Ids of the writes that findings of a kind are about: the judge's word, not a second opinion. */
function writesNamed(
  kind: Finding["kind"],
  findings: readonly Finding[],
  events: readonly HistoryEvent[],
): ReadonlySet<string> {
  const ids = findings
    .filter((finding) => finding.kind === kind)
    .flatMap((finding) => finding.ops)
    .map((index) => events[index])
    .map((event) =>
      event && (isClientEvent(event) || event.process === "register") && event.f === "write"
        ? event.id
        : undefined,
    );
  return new Set(ids.filter((id) => id !== undefined));
}
