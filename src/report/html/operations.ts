import type { OperationFact } from "../../../checker/facts/index.js";
import type { ClientEvent } from "../../history/event.js";
import { columns, micros, waits } from "./columns.js";
import { inside } from "./drawn.js";
import { OP_COLUMNS, OPERATIONS, OUTCOMES, type Columns, type Drawn, type OpColumn } from "./payload.js";
import type { StringTable } from "./strings.js";

/** A final read's value is the whole set: its beginning will do. */
const MOST_OF_VALUE = 200;

/** Operations as the timeline draws them. */
export function opColumns(
  operations: readonly OperationFact[],
  drawn: Drawn | null,
  clients: readonly string[],
  strings: StringTable,
): Columns<OpColumn> {
  const shown = operations.filter(({ invoke, completion }) =>
    inside(drawn, micros(invoke.time), micros((completion ?? invoke).time)),
  );
  const wait = waits(shown.map(({ invoke }) => micros(invoke.time)));
  const rows = shown.map(({ invoke, completion }, row) => {
    // The completion repeats what the invocation said, and adds to it.
    const said = { ...invoke, ...completion };
    return {
      wait: wait[row] ?? 0,
      lasts: completion ? micros(completion.time) - micros(invoke.time) : -1,
      index: invoke.index ?? 0,
      after: completion ? (completion.index ?? 0) - (invoke.index ?? 0) : 0,
      client: clients.indexOf(invoke.client),
      process: invoke.process,
      f: (OPERATIONS as readonly string[]).indexOf(invoke.f),
      outcome: outcomeOf(completion),
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

/** An operation without an answer is an `info`: nobody knows whether it happened. */
function outcomeOf(completion: ClientEvent | null): number {
  const place = (OUTCOMES as readonly string[]).indexOf(completion?.type ?? "info");
  return place < 0 ? OUTCOMES.indexOf("info") : place;
}
