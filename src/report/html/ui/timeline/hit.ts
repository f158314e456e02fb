import { firstFrom } from "../model.js";
import { isHit } from "./draw-faults.js";
import type { Item } from "./item.js";
import { AXIS, GUTTER, OPS, PADDING, STOREY, type Lane } from "./layout.js";
import { timeAt, topOf, xOf, type Scene } from "./scene.js";

/** How near (px) is near enough. */
const REACH = 5;
/** How many rows before a place are looked at: the ones that began earlier and may still go on. */
const BACK = 500;

/** Where things stand: all that pointing needs of a scene. */
type Place = Pick<Scene, "model" | "layout" | "range" | "width" | "scroll">;

/** What is under the pointer: the shortest of what is near, or the fault behind it. */
export function hit(scene: Place, x: number, y: number): Item | null {
  if (x < GUTTER || y < AXIS) return null;
  const lane = scene.layout.lanes.find((each) => {
    const top = topOf(scene, each);
    return y >= top && y < top + each.height;
  });
  if (!lane) return null;
  return inLane(scene, lane, x, y - topOf(scene, lane)) ?? faultAt(scene, lane, x);
}

function inLane(scene: Place, lane: Lane, x: number, y: number): Item | null {
  const { model, layout } = scene;
  const { grants, ops, register, marks } = model;
  const grantAt = (rows: readonly number[], keep: (row: number) => boolean): Item | null =>
    item(
      "grant",
      nearest(scene, rows.filter(keep), x, (row) => [grants.from[row] ?? 0, grants.to[row] ?? 0]),
    );
  switch (lane.kind) {
    case "lock": {
      const storey = Math.floor((y - PADDING) / STOREY);
      return grantAt(layout.grantsOf[lane.lock] ?? [], (row) => layout.storey[row] === storey);
    }
    case "register": {
      const moment = (row: number): [number, number] => [register.at[row] ?? 0, register.at[row] ?? 0];
      const rows = layout.writesOf[lane.lock] ?? [];
      const told = rows.filter((row) => (register.fate[row] ?? 0) > 0);
      // The telling marks are drawn on top: they are meant first.
      return item("write", nearest(scene, told, x, moment) ?? nearest(scene, rows, x, moment));
    }
    case "client": {
      if (y < PADDING + OPS + 2) {
        const rows = model.opsOf[lane.client] ?? [];
        return item(
          "op",
          nearest(scene, rows, x, (row) => [ops.at[row] ?? 0, ops.until[row] ?? 0]),
        );
      }
      const loud = rowsNear(scene, marks.at, x).filter(
        (row) => marks.client[row] === lane.client && marks.kind[row] !== 0,
      );
      const mark = nearest(scene, loud, x, (row) => [marks.at[row] ?? 0, marks.at[row] ?? 0]);
      return item("mark", mark) ?? grantAt(model.grantsOf[lane.client] ?? [], () => true);
    }
    case "server":
      return null;
  }
}

const item = (kind: Item["kind"], row: number | null): Item | null => (row === null ? null : { kind, row });

function rowsNear(scene: Place, at: Float64Array, x: number): readonly number[] {
  const from = timeAt(scene, x - REACH);
  const to = timeAt(scene, x + REACH);
  const rows: number[] = [];
  for (
    let row = firstFrom(at.length, (n) => at[n] ?? 0, from);
    row < at.length && (at[row] ?? 0) <= to;
    row += 1
  )
    rows.push(row);
  return rows;
}

/** Of `rows`, ascending by their begin: the nearest to `x`, and of those that contain it the shortest. */
function nearest(
  scene: Place,
  rows: readonly number[],
  x: number,
  extent: (row: number) => readonly [from: number, to: number],
): number | null {
  const limit = timeAt(scene, x + REACH);
  const end = firstFrom(rows.length, (place) => extent(rows[place] ?? 0)[0], limit);
  let best: { row: number; distance: number; length: number } | null = null;
  for (let place = end - 1; place >= Math.max(0, end - BACK); place -= 1) {
    const row = rows[place] ?? 0;
    const [from, to] = extent(row);
    const [left, right] = [xOf(scene, from), xOf(scene, to)];
    const distance = Math.max(0, left - x, x - right);
    if (distance > REACH) continue;
    const length = right - left;
    if (!best || distance < best.distance || (distance === best.distance && length < best.length))
      best = { row, distance, length };
  }
  return best?.row ?? null;
}

function faultAt(scene: Place, lane: Lane, x: number): Item | null {
  const time = timeAt(scene, x);
  const row = scene.model.faults.findIndex(
    (fault) => isHit(fault, lane) && time >= fault.from && time <= fault.to,
  );
  return row < 0 ? null : { kind: "fault", row };
}
