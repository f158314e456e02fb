import { firstFrom, markName, opName, outcome, type Model } from "../model.js";
import { drawBelief } from "./draw-lock.js";
import { BELIEF, GUTTER, OPS, PADDING } from "./layout.js";
import type { Pen } from "./pen.js";
import { xOf, type Scene } from "./scene.js";

/** Narrower than this (px) an operation is only a mark, and those that touch become one. */
const NARROW = 2.5;

/** A client's lane: its operations, and below them what it believes to hold. */
export function drawClient(pen: Pen, scene: Scene, client: number, top: number): void {
  drawOps(pen, scene, scene.model.opsOf[client] ?? [], top + PADDING);
  const below = top + PADDING + OPS + 4;
  const rows = scene.model.grantsOf[client] ?? [];
  const { from } = scene.model.grants;
  // A belief may be long: the ones before the first in view are looked at too, back to one that has ended for sure.
  for (let place = visibleFrom(scene, rows); place < rows.length; place += 1) {
    const row = rows[place] ?? 0;
    if ((from[row] ?? 0) > scene.range.to) break;
    drawBelief(pen, scene, row, below, BELIEF, false);
  }
  drawMarks(pen, scene, client, below);
}

/** First of a client's grants that may reach into view. One client's grants follow each other. */
function visibleFrom(scene: Scene, rows: readonly number[]): number {
  const { from } = scene.model.grants;
  return Math.max(0, firstFrom(rows.length, (place) => from[rows[place] ?? 0] ?? 0, scene.range.from) - 2);
}

function drawOps(pen: Pen, scene: Scene, rows: readonly number[], top: number): void {
  const { ops } = scene.model;
  const first = firstFrom(rows.length, (place) => ops.at[rows[place] ?? 0] ?? 0, scene.range.from);
  const clump = { from: 0, to: -1, row: -1, many: false, bad: false };
  const flush = (): void => {
    if (clump.row >= 0) drawClump(pen, scene, clump, top);
    clump.row = -1;
  };
  for (let place = Math.max(0, first - 1); place < rows.length; place += 1) {
    const row = rows[place] ?? 0;
    const start = ops.at[row] ?? 0;
    if (start > scene.range.to) break;
    const from = xOf(scene, start);
    const to = xOf(scene, ops.until[row] ?? start);
    if (to < GUTTER - 2) continue;
    if (to - from >= NARROW) {
      flush();
      drawOp(pen, scene, row, from, to, top);
      continue;
    }
    const bad = outcome(scene.model, row) !== "ok";
    if (clump.row >= 0 && from - clump.to < 1) {
      clump.to = Math.max(clump.to, to);
      clump.many = true;
      clump.bad ||= bad;
    } else {
      flush();
      Object.assign(clump, { from, to, row, many: false, bad });
    }
  }
  flush();
}

interface Clump {
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly many: boolean;
  readonly bad: boolean;
}

/** Several operations that are too close to be told apart, or one that is too short for a box. */
function drawClump(pen: Pen, scene: Scene, clump: Clump, top: number): void {
  const { theme, model } = scene;
  const colour = clump.many ? theme.release : theme[opName(model, clump.row)];
  const small = clump.many || opName(model, clump.row) !== "write";
  const width = Math.max(2, clump.to - clump.from);
  pen.box(clump.from, top + (small ? 4 : 0), width, small ? OPS - 8 : OPS, colour);
  if (clump.bad) cross(pen, clump.from + width / 2, top + 2, theme.bad);
}

/** Height tells what it is, filling how it ended: full `ok`, empty `fail`, hatched and open `info`. */
function drawOp(pen: Pen, scene: Scene, row: number, from: number, to: number, top: number): void {
  const { theme, model } = scene;
  const f = opName(model, row);
  const colour = theme[f];
  const inset = f === "acquire" || f === "release" ? 4 : f === "read" ? 2 : 0;
  const [y, height] = [top + inset, OPS - 2 * inset];
  const width = to - from;
  switch (outcome(model, row)) {
    case "ok":
      pen.box(from, y, width, height, colour);
      break;
    case "fail":
      pen.outline(from + 0.5, y + 0.5, width - 1, height - 1, colour);
      cross(pen, to - 1, y + height / 2, theme.bad);
      break;
    case "info":
      pen.box(from, y, width, height, pen.hatch(colour));
      pen.label("?", to - 8, y + height / 2, 20, theme.ink);
      break;
  }
  const shown = Math.max(from, GUTTER) + 4;
  const ink = f === "acquire" || outcome(model, row) !== "ok" ? theme.ink : theme.surface;
  pen.label(labelOf(model, row, f), shown, y + height / 2, to - shown - 3, ink);
}

function labelOf(model: Model, row: number, f: string): string {
  const version = model.ops.version[row] ?? -1;
  if (f === "acquire")
    return outcome(model, row) === "ok" ? "acquire" : `acquire: ${model.text(model.ops.error[row])}`;
  return version < 0 ? f : `${f} v${version}`;
}

function cross(pen: Pen, x: number, y: number, colour: string): void {
  pen.line(x - 3, y - 3, x + 3, y + 3, colour, 1.5);
  pen.line(x - 3, y + 3, x + 3, y - 3, colour, 1.5);
}

/** Renewals as ticks on the belief, a noticed loss as a flag. */
function drawMarks(pen: Pen, scene: Scene, client: number, top: number): void {
  const { model, theme, range } = scene;
  const { at, client: of } = model.marks;
  let last = -10;
  for (let row = firstFrom(at.length, (n) => at[n] ?? 0, range.from); row < at.length; row += 1) {
    const time = at[row] ?? 0;
    if (time > range.to) break;
    if (of[row] !== client) continue;
    const x = Math.round(xOf(scene, time)) + 0.5;
    const kind = markName(model, row);
    if (kind === "renew") {
      // Ticks that would run into each other say nothing.
      if (x - last < 5) continue;
      pen.line(x, top + 1, x, top + BELIEF - 1, theme["hold-ink"]);
      last = x;
    } else if (kind === "lost" || kind === "client-exit") drawFlag(pen, x, top, theme.bad);
  }
}

/** A flag on what a client believes to hold: it heard that the lock is lost, or it is gone. */
function drawFlag(pen: Pen, x: number, top: number, colour: string): void {
  pen.line(x, top - 6, x, top + BELIEF + 2, colour, 1.5);
  pen.c.beginPath();
  pen.c.moveTo(x, top - 7);
  pen.c.lineTo(x + 7, top - 4);
  pen.c.lineTo(x, top - 1);
  pen.c.fillStyle = colour;
  pen.c.fill();
}
