import { markName } from "../model.js";
import { AXIS, FLAGS, GUTTER, RIGHT } from "./layout.js";
import type { Pen } from "./pen.js";
import { isVisible, plotWidth, topOf, xOf, type Scene } from "./scene.js";
import { ticks } from "./ticks.js";

const TICK_EVERY = 110;

export function drawGrid(pen: Pen, scene: Scene): void {
  const { at } = ticks(scene.range, plotWidth(scene.width) / TICK_EVERY);
  for (const time of at) {
    const x = Math.round(xOf(scene, time)) + 0.5;
    pen.line(x, AXIS, x, scene.height, scene.theme.line);
  }
}

/** The scale of time, with flags for what happened to the run as a whole. */
export function drawAxis(pen: Pen, scene: Scene): void {
  const { theme, width, model } = scene;
  pen.c.fillStyle = theme.surface;
  pen.c.fillRect(0, 0, width, AXIS);
  const { at, label } = ticks(scene.range, plotWidth(width) / TICK_EVERY);
  pen.c.textAlign = "center";
  for (const time of at) {
    const x = Math.round(xOf(scene, time)) + 0.5;
    if (x < GUTTER || x > width - RIGHT) continue;
    pen.line(x, AXIS - 5, x, AXIS, theme.faint);
    pen.c.fillStyle = theme.muted;
    const text = label(time);
    // Beside its line where it would be cut off.
    const middle = Math.min(x, width - pen.c.measureText(text).width / 2 - 1);
    pen.c.fillText(text, middle, (AXIS + FLAGS) / 2 - 2);
  }
  pen.c.textAlign = "left";
  pen.line(0, AXIS - 0.5, width, AXIS - 0.5, theme.line);

  let free = -Infinity;
  for (let row = 0; row < model.marks.at.length; row += 1) {
    if ((model.marks.client[row] ?? -1) < 0) free = drawFlag(pen, scene, row, free);
  }
}

const FLAG_WORDS: Readonly<Record<string, string>> = {
  healed: "all faults healed",
  recovered: "cluster healthy again",
  unrecovered: "cluster not healthy again",
};

/** What happened to the run as a whole: a line, and words where they do not cover the flag before. Returns their end. */
function drawFlag(pen: Pen, scene: Scene, row: number, free: number): number {
  const { theme, width, model } = scene;
  const x = Math.round(xOf(scene, model.marks.at[row] ?? 0)) + 0.5;
  if (x < GUTTER || x > width - RIGHT) return free;
  const name = markName(model, row);
  pen.c.setLineDash([1, 3]);
  pen.line(x, 4, x, scene.height, name === "unrecovered" ? theme.bad : theme.muted);
  pen.c.setLineDash([]);
  const text = FLAG_WORDS[name] ?? name;
  const measured = pen.c.measureText(text).width;
  // Left of its line where there is no room to the right.
  const left = x + 5 + measured > width ? x - 5 - measured : x + 5;
  if (left < free) return free;
  pen.label(text, left, FLAGS / 2 + 2, measured + 1, theme.muted);
  return left + measured + 8;
}

/** Names of the lanes, over whatever reaches into the gutter. */
export function drawNames(pen: Pen, scene: Scene): void {
  const { theme, layout, height } = scene;
  pen.c.fillStyle = theme.surface;
  pen.c.fillRect(0, AXIS, GUTTER, height - AXIS);
  pen.line(GUTTER - 0.5, AXIS, GUTTER - 0.5, height, theme.line);
  for (const lane of layout.lanes) {
    if (!isVisible(scene, lane)) continue;
    const top = topOf(scene, lane);
    pen.line(0, top + lane.height - 0.5, GUTTER, top + lane.height - 0.5, theme.line);
    const colour = lane.kind === "client" || lane.kind === "lock" ? theme.ink : theme.muted;
    pen.c.fillStyle = colour;
    pen.c.fillText(shorten(pen, lane.label, GUTTER - 16), 8, top + lane.height / 2);
    if (lane.kind === "lock") {
      pen.c.fillStyle = theme.muted;
      pen.c.fillText("who holds", 8, top + lane.height / 2 + 13);
    }
  }
}

function shorten(pen: Pen, text: string, width: number): string {
  if (pen.c.measureText(text).width <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 1 && pen.c.measureText(`${characters.join("")}…`).width > width)
    characters.pop();
  return `${characters.join("")}…`;
}
