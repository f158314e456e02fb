import type { Model } from "../model.js";
import type { Item } from "./item.js";
import { BELIEF, OPS, PADDING, STOREY, type Lane } from "./layout.js";
import type { Pen } from "./pen.js";
import { isVisible, topOf, xOf, type Scene } from "./scene.js";

/** A frame around what is pointed at, and around its grant wherever that is drawn: one sees what belongs together. */
export function drawHovered(pen: Pen, scene: Scene): void {
  const { hovered, model, layout, theme } = scene;
  if (!hovered) return;
  const grant = grantOf(model, hovered);
  for (const lane of layout.lanes) {
    if (!isVisible(scene, lane)) continue;
    const top = topOf(scene, lane);
    if (grant !== undefined) frameGrant(pen, scene, grant, lane, top);
    if (hovered.kind === "op" && lane.kind === "client" && lane.client === model.ops.client[hovered.row]) {
      const from = xOf(scene, model.ops.at[hovered.row] ?? 0);
      const to = xOf(scene, model.ops.until[hovered.row] ?? 0);
      pen.outline(from - 1, top + PADDING - 1, Math.max(4, to - from + 2), OPS + 2, theme.ink);
    }
    if (hovered.kind === "write" && lane.kind === "register") {
      const lock = model.payload.locks[lane.lock];
      if (model.text(model.register.lock[hovered.row]) !== lock) continue;
      const x = xOf(scene, model.register.at[hovered.row] ?? 0);
      pen.outline(x - 8, top + lane.height / 2 - 6, 16, 20, theme.ink);
    }
  }
}

function frameGrant(pen: Pen, scene: Scene, grant: number, lane: Lane, top: number): void {
  const { grants, payload, text } = scene.model;
  const from = xOf(scene, grants.from[grant] ?? 0) - 1;
  const width = Math.max(4, xOf(scene, grants.to[grant] ?? 0) - from + 1);
  const { ink } = scene.theme;
  if (lane.kind === "client" && lane.client === grants.client[grant])
    pen.outline(from, top + PADDING + OPS + 3, width, BELIEF + 2, ink);
  if (lane.kind === "lock" && payload.locks[lane.lock] === text(grants.lock[grant])) {
    const storey = scene.layout.storey[grant] ?? 0;
    pen.outline(from, top + PADDING + storey * STOREY, width, STOREY - 1, ink);
  }
}

/** Row of the grant that an item is of. */
function grantOf(model: Model, { kind, row }: Item): number | undefined {
  switch (kind) {
    case "grant":
      return row;
    case "op":
      return model.grantRow.get(model.text(model.ops.grant[row]));
    case "write":
      return model.grantRow.get(model.text(model.register.grant[row]));
    case "mark":
      return model.grantRow.get(model.text(model.marks.grant[row]));
    case "fault":
      return undefined;
  }
}
