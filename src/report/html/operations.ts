import type { Op } from "../../history/pairs.js";
import { columns, micros, waits } from "./columns.js";
import { inside } from "./drawn.js";
import { OP_COLUMNS, OPERATIONS, OUTCOMES, type Columns, type Drawn, type OpColumn } from "./payload.js";
import type { StringTable } from "./strings.js";

/** A final read's value is the whole set: its beginning will do. */
const MOST_OF_VALUE = 200;

/** Operations as the timeline draws them. */
export function opColumns(
  operations: readonly Op[],
  drawn: Drawn | null,
  clients: readonly string[],
  strings: StringTable,
): Columns<OpColumn> {
  const shown = operations.filter(({ invoke, completion }) =>
    inside(drawn, micros(invoke.time), micros((completion ?? invoke).time)),
  );
  const wait = waits(shown.map(({ invoke }) => micros(invoke.time)));
  const rows = shown.map(({ f, invoke, completion, outcome }, row) => {
    // The completion repeats what the invocation said, and adds to it.
    const said = { ...invoke, ...completion };
    return {
      wait: wait[row] ?? 0,
      lasts: completion ? micros(completion.time) - micros(invoke.time) : -1,
      index: invoke.index ?? 0,
      after: completion ? (completion.index ?? 0) - (invoke.index ?? 0) : 0,
      client: clients.indexOf(invoke.client),
      process: invoke.process,
      f: OPERATIONS.indexOf(f),
      outcome: OUTCOMES.indexOf(outcome),
      lock: strings.place(invoke.lock),
      grant: strings.place(said.grant),
      token: strings.place(said.token),
      id: strings.place(said.id),
      value: strings.place(said.value === undefined ? undefined : JSON.stringify(said.value), MOST_OF_VALUE),
      error: strings.place(said.error),
      validUntil: said.validUntil === undefined ? -1 : micros(said.validUntil),
      version: said.version ?? -1,
      parent: said.parent ?? -1,
      final: said.final ? 1 : 0,
    };
  });
  return columns(OP_COLUMNS, rows);
}
