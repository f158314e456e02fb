import { describe, expect, it } from "vitest";
import { sampleResult } from "../../../testing/result.js";
import { buildPayload } from "../../build.js";
import { makeModel, opName } from "../model.js";
import { hit } from "./hit.js";
import { AXIS, GUTTER, makeLayout, OPS, PADDING } from "./layout.js";
import { topOf, xOf } from "./scene.js";

const model = makeModel(buildPayload(sampleResult({ durationMs: 8_000 })));
const layout = makeLayout(model);
const scene = (from: number, to: number) => ({ model, layout, range: { from, to }, width: 1_000, scroll: 0 });
const laneOf = (client: number) =>
  layout.lanes.find((lane) => lane.kind === "client" && lane.client === client);

describe("hit", () => {
  it("finds each operation where it is drawn", () => {
    const near = 50_000;
    for (let row = 0; row < model.ops.at.length; row += 7) {
      const [start, end] = [model.ops.at[row] ?? 0, model.ops.until[row] ?? 0];
      const middle = (start + end) / 2;
      const view = scene(middle - near, middle + near);
      const lane = laneOf(model.ops.client[row] ?? 0);
      if (!lane) throw new Error("no lane");
      const item = hit(view, xOf(view, middle), topOf(view, lane) + PADDING + OPS / 2);
      expect(item?.kind).toBe("op");
      expect([row, ...neighbours(row)], opName(model, row)).toContain(item?.row);
    }
  });

  it("finds each grant on its storey of who holds, and in its client's lane", () => {
    const lock = layout.lanes[0];
    if (!lock) throw new Error("no lane");
    for (let row = 0; row < model.grants.from.length; row += 5) {
      const [from, to] = [model.grants.from[row] ?? 0, model.grants.to[row] ?? 0];
      const view = scene(from - 1_000, to + 1_000);
      const x = xOf(view, (from + to) / 2);
      const y = topOf(view, lock) + PADDING + (layout.storey[row] ?? 0) * 18 + 8;
      expect(hit(view, x, y)).toEqual({ kind: "grant", row });
    }
  });

  it("finds the fault behind, and nothing outside the lanes", () => {
    const fault = model.faults[0];
    if (!fault) throw new Error("no fault");
    const client = model.payload.clients.indexOf(fault.summary.nodes[0] ?? "");
    const lane = laneOf(client);
    const view = scene(fault.from, fault.to);
    if (!lane) throw new Error("no lane");
    const item = hit(view, xOf(view, (fault.from + fault.to) / 2), topOf(view, lane) + PADDING + OPS / 2);
    expect(item).toEqual({ kind: "fault", row: 0 });
    expect(hit(view, GUTTER - 5, 100)).toBeNull();
    expect(hit(view, 500, AXIS - 2)).toBeNull();
    expect(hit(view, 500, AXIS + layout.height + 5)).toBeNull();
  });
});

/** Operations of one client follow each other: one pixel may belong to two. */
function neighbours(row: number): readonly number[] {
  const rows = model.opsOf[model.ops.client[row] ?? 0] ?? [];
  const place = rows.indexOf(row);
  return [rows[place - 1], rows[place + 1]].filter((each) => each !== undefined);
}
