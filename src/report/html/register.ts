import { acknowledgedWrites } from "../../../checker/findings/lost-update.js";
import type { Facts } from "../../../checker/facts/index.js";
import type { Finding } from "../../../checker/types.js";
import type { HistoryEvent, RegisterEvent } from "../../history/event.js";
import { columns, micros, waits } from "./columns.js";
import { inside } from "./drawn.js";
import { FATES, REGISTER_COLUMNS, type Columns, type Drawn, type RegisterColumn } from "./payload.js";
import type { StringTable } from "./strings.js";

/** The register's log as far as it tells a story: all writes, and reads that were refused. */
export function registerColumns(
  events: readonly HistoryEvent[],
  facts: Facts,
  findings: readonly Finding[],
  drawn: Drawn | null,
  clients: readonly string[],
  strings: StringTable,
): Columns<RegisterColumn> {
  const fateOf = fates(events, facts, findings);
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
    fate: FATES.indexOf(fateOf(event)),
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

/** What became of a write, in the judge's own words: no second opinion here. */
function fates(
  events: readonly HistoryEvent[],
  facts: Facts,
  findings: readonly Finding[],
): (event: RegisterEvent) => (typeof FATES)[number] {
  const acknowledged = acknowledgedWrites(facts);
  // A stale write's finding names others' events too; its own is the one at the finding's time.
  const stale = new Set(
    findings
      .filter(({ kind }) => kind === "stale-write")
      .flatMap(({ ops, time }) => ops.filter((index) => events[index]?.time === time)),
  );
  return (event) => {
    if (event.type === "fail") return "refused";
    const kept = facts.registers.get(event.lock)?.inLineage.has(event.version ?? -1) ?? true;
    const isLost = !kept && acknowledged.has(event.id ?? "");
    const isStale = stale.has(event.index ?? -1);
    return isLost && isStale ? "stale and lost" : isLost ? "lost" : isStale ? "stale" : "applied";
  };
}
