import { length } from "../format.js";
import type { Fault } from "../model.js";
import { GUTTER, type Lane } from "./layout.js";
import type { Pen } from "./pen.js";
import { isVisible, topOf, xOf, type Scene } from "./scene.js";

/** Bands over the lanes of those that a fault hits, in the colour of its nemesis. Not verified: an outline only. */
export function drawFaults(pen: Pen, scene: Scene): void {
  const { model, layout, width } = scene;
  for (const fault of model.faults) {
    const from = xOf(scene, fault.from);
    const to = Math.max(from + 2, xOf(scene, fault.to));
    if (to < GUTTER || from > width) continue;
    for (const lane of layout.lanes)
      if (isHit(fault, lane) && isVisible(scene, lane)) drawBand(pen, scene, fault, lane, from, to);
  }
}

export function isHit(fault: Fault, lane: Lane): boolean {
  return (lane.kind === "client" || lane.kind === "server") && fault.summary.nodes.includes(lane.label);
}

function drawBand(pen: Pen, scene: Scene, fault: Fault, lane: Lane, from: number, to: number): void {
  const top = topOf(scene, lane) + 1;
  const height = lane.height - 3;
  if (fault.summary.verified) {
    pen.c.globalAlpha = 0.24;
    pen.box(from, top, to - from, height, fault.colour);
    pen.c.globalAlpha = 1;
    pen.line(from, top + 1, to, top + 1, fault.colour, 2);
  } else {
    pen.c.setLineDash([3, 3]);
    pen.outline(from, top, to - from, height, fault.colour);
    pen.c.setLineDash([]);
  }
  const shown = Math.max(from, GUTTER) + 5;
  const { name, id, verified } = fault.summary;
  const long = `${name} ${id}, ${length(fault.to - fault.from)}${verified ? "" : ", not verified"}`;
  for (const text of [long, `${name} ${id}`, id])
    if (pen.label(text, shown, top + 9, to - shown - 4, scene.theme.ink)) return;
}
