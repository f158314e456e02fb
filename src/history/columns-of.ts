import { LockjepsenError } from "../error.js";
import { columnBuilder } from "./column-builder.js";
import type { OpColumns } from "./columns.js";
import { createDraft } from "./draft.js";
import { createShape, fill, type OpEvent } from "./op-event.js";

/** The columns of events in memory. Throws a usage error, with the place, for an event that cannot be. */
export function columnsOf(events: Iterable<OpEvent>): OpColumns {
  const builder = columnBuilder();
  const draft = createDraft();
  const shape = createShape();
  let place = 0;
  for (const event of events) {
    const filled = fill(draft, event, builder, shape);
    const flaw =
      typeof filled === "object" ? filled.flaw : filled === "operation" ? builder.take(draft) : null;
    if (flaw !== null)
      throw new LockjepsenError("usage", `event ${place}: ${flaw}`, "take the history as it was recorded");
    if (filled === "apart") builder.pass();
    place += 1;
  }
  return builder.finish();
}
