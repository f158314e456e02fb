import type { Shown } from "../model.js";
import { drawAxis, drawGrid, drawNames } from "./draw-axis.js";
import { drawClient } from "./draw-client.js";
import { drawFaults } from "./draw-faults.js";
import { drawHovered } from "./draw-hovered.js";
import { drawLock } from "./draw-lock.js";
import { drawRegister } from "./draw-register.js";
import { AXIS, GUTTER, RIGHT } from "./layout.js";
import { makePen, type Pen } from "./pen.js";
import { isVisible, topOf, xOf, type Scene } from "./scene.js";

/** One frame: only the lanes and the stretch of time that can be seen. */
export function draw(c: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { theme, width, height, layout } = scene;
  const pen = makePen(c, theme, ratio);
  c.fillStyle = theme.surface;
  c.fillRect(0, 0, width, height);

  c.save();
  c.beginPath();
  c.rect(GUTTER, AXIS, width - GUTTER - RIGHT, height - AXIS);
  c.clip();
  drawLeftOut(pen, scene);
  drawGrid(pen, scene);
  drawFaults(pen, scene);
  tintSelected(pen, scene);
  for (const lane of layout.lanes) {
    if (!isVisible(scene, lane)) continue;
    const top = topOf(scene, lane);
    pen.line(GUTTER, top + lane.height - 0.5, width, top + lane.height - 0.5, theme.line);
    switch (lane.kind) {
      case "lock":
        drawLock(pen, scene, lane.lock, top, lane.height);
        break;
      case "register":
        drawRegister(pen, scene, lane.lock, top, lane.height);
        break;
      case "client":
        drawClient(pen, scene, lane.client, top);
        break;
      case "server":
        break;
    }
  }
  frameSelected(pen, scene);
  drawHovered(pen, scene);
  c.restore();

  drawNames(pen, scene);
  drawAxis(pen, scene);
}

/** What a long run's timeline leaves out must not look as if nothing had happened. */
function drawLeftOut(pen: Pen, scene: Scene): void {
  const { drawn, end } = scene.model.payload;
  if (drawn === null) return;
  const gaps = [0, ...drawn.spans.flat(), end];
  for (let i = 0; i < gaps.length; i += 2) {
    const [from, to] = [xOf(scene, gaps[i] ?? 0), xOf(scene, gaps[i + 1] ?? 0)];
    if (to - from < 1 || to < GUTTER || from > scene.width) continue;
    pen.c.globalAlpha = 0.25;
    pen.box(from, AXIS, to - from, scene.height, pen.hatch(scene.theme.faint));
    pen.c.globalAlpha = 1;
    const shown = Math.max(from, GUTTER) + 6;
    pen.label("not drawn: see history.jsonl", shown, AXIS + 10, to - shown, scene.theme.muted);
  }
}

/** The finding that was jumped to: a tint behind all lanes, and a frame over them. */
function tintSelected(pen: Pen, scene: Scene): void {
  if (!scene.selected) return;
  const { from, to, colour } = frameOf(scene, scene.selected);
  pen.c.globalAlpha = 0.14;
  pen.box(from, AXIS, to - from, scene.height, colour);
  pen.c.globalAlpha = 1;
}

function frameSelected(pen: Pen, scene: Scene): void {
  if (!scene.selected) return;
  const { from, to, colour } = frameOf(scene, scene.selected);
  pen.c.setLineDash([4, 3]);
  pen.line(from, AXIS, from, scene.height, colour);
  pen.line(to, AXIS, to, scene.height, colour);
  pen.c.setLineDash([]);
}

function frameOf(scene: Scene, selected: Shown): { from: number; to: number; colour: string } {
  const from = Math.round(xOf(scene, selected.from)) - 0.5;
  const to = Math.max(Math.round(xOf(scene, selected.to)) + 0.5, from + 3);
  return { from, to, colour: selected.finding.severity === "violation" ? scene.theme.bad : scene.theme.warn };
}
