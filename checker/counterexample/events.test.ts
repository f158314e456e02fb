/** A history that was read, told as events and read again is the same history. */
import { expect, test } from "vitest";
import { createRandom } from "../../src/random.js";
import { checkModel, columnsOf, modelOf, type OpColumns } from "../index.js";
import { menus } from "../testing/menus.js";
import { drawHistory } from "../testing/small-histories.js";
import { tries } from "../testing/tries.js";
import { eventsOf } from "./events.js";

/** What a judge looks at, with values told. */
function bare(ops: OpColumns): unknown {
  return Array.from({ length: ops.count }, (_, row) => [
    ops.operations[ops.f[row] ?? 0],
    ops.nameOf(ops.process[row] ?? 0),
    ops.nameOf(ops.owner[row] ?? 0),
    ops.outcome[row],
    ops.invoke[row],
    ops.complete[row],
    ...[ops.value, ops.extra, ops.token].map((column) =>
      column.length > row ? ops.valueOf(column[row] ?? 0) : null,
    ),
  ]);
}

test.each(Object.keys(menus))("%s", (name) => {
  const model = modelOf(name === "semaphore" ? "semaphore:2" : name);
  for (let seed = 0; seed < tries(300); seed += 1) {
    const random = createRandom(seed);
    const drawn = drawHistory(model, menus[name]!(random), random);
    const once = columnsOf(eventsOf(drawn));
    expect(bare(columnsOf(eventsOf(once)))).toEqual(bare(once));
    const text = eventsOf(once).map((event) => JSON.parse(JSON.stringify(event)) as never);
    expect(bare(columnsOf(text))).toEqual(bare(once));
    expect(checkModel(once, model).verdict).toBe(checkModel(drawn, model).verdict);
  }
});
