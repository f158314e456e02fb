import { coversOf, firstFrom } from "../model.js";
import { GUTTER, PADDING, STOREY } from "./layout.js";
import type { Pen } from "./pen.js";
import { xOf, type Scene } from "./scene.js";

/** Who holds a lock, each on a storey of its own while others hold it too; what the judge calls an overlap in red. */
export function drawLock(pen: Pen, scene: Scene, lock: number, top: number, height: number): void {
  const { model, layout, theme, range } = scene;
  const rows = layout.grantsOf[lock] ?? [];
  const { from, to } = model.grants;
  const clashes = clashesOf(scene, lock);
  pen.c.globalAlpha = 0.25;
  for (const clash of clashes) pen.box(clash.x, top + 2, clash.width, height - 4, theme.clash);
  pen.c.globalAlpha = 1;
  const lastTo: number[] = [];
  for (let place = longestBefore(scene, rows); place < rows.length; place += 1) {
    const row = rows[place] ?? 0;
    if ((from[row] ?? 0) > range.to) break;
    const right = xOf(scene, to[row] ?? 0);
    const storey = layout.storey[row] ?? 0;
    // Under a pixel behind what stands there already: it would not show.
    if (right < GUTTER || right < (lastTo[storey] ?? -1) + 0.6) continue;
    lastTo[storey] = right;
    drawBelief(pen, scene, row, top + PADDING + storey * STOREY + 1, STOREY - 3, true);
  }
  for (const { x, width } of clashes) {
    pen.line(x, top + 2, x + width, top + 2, theme.clash, 3);
    pen.line(x, top + height - 3, x + width, top + height - 3, theme.clash, 3);
  }
}

/** Where two hold at once; those that touch on screen as one. */
function clashesOf(scene: Scene, lock: number): readonly { x: number; width: number }[] {
  const { range } = scene;
  const { overlaps } = scene.model.payload;
  const clashes: { x: number; width: number }[] = [];
  for (const [row, start] of overlaps.from.entries()) {
    const end = overlaps.to[row] ?? start;
    if (overlaps.lock[row] !== lock || end < range.from || start > range.to) continue;
    const x = xOf(scene, start);
    const width = Math.max(3, xOf(scene, end) - x);
    const last = clashes.at(-1);
    if (last && x < last.x + last.width) last.width = Math.max(last.width, x + width - last.x);
    else clashes.push({ x, width });
  }
  return clashes;
}

/** Beliefs that began before the view may reach into it: how far back depends on the longest one. */
function longestBefore(scene: Scene, rows: readonly number[]): number {
  const { from, to } = scene.model.grants;
  const at = (place: number): number => from[rows[place] ?? 0] ?? 0;
  let place = firstFrom(rows.length, at, scene.range.from);
  for (let back = place - 1; back >= 0 && back > place - 500; back -= 1)
    if ((to[rows[back] ?? 0] ?? 0) >= scene.range.from) place = back;
  return place;
}

/** A grant from its acquire to the end of its belief: full while its lease is good, hatched beyond. */
export function drawBelief(
  pen: Pen,
  scene: Scene,
  row: number,
  y: number,
  height: number,
  named: boolean,
): void {
  const { model, theme } = scene;
  const { grants, payload } = model;
  const [begin, end] = [grants.from[row] ?? 0, grants.to[row] ?? 0];
  const from = xOf(scene, begin);
  const width = Math.max(1.5, xOf(scene, end) - from);
  if (from + width < GUTTER || from > scene.width) return;
  const covers = width < 4 ? [] : coversOf(model, row);
  const covered = covers.some((cover) => cover[0] <= begin && cover[1] >= end) || width < 4;
  if (!covered) pen.box(from, y, width, height, pen.hatch(theme.overrun));
  for (const [start, stop] of covered ? [[begin, end] as const] : covers) {
    const left = xOf(scene, Math.max(begin, start));
    const right = xOf(scene, Math.min(end, stop));
    if (right > left)
      pen.box(left, y, Math.max(1.5, right - left - (width > 4 ? 0.5 : 0)), height, theme.hold);
  }
  if (!named) return;
  const shown = Math.max(from, GUTTER) + 4;
  const client = payload.clients[grants.client[row] ?? 0] ?? "";
  const token = model.text(grants.token[row]);
  const long = token === "" ? client : `${client} · token ${token}`;
  // On the full part where it fits there, else on the hatched one.
  const over = covered ? from + width : Math.max(shown, xOf(scene, covers.at(-1)?.[1] ?? end));
  for (const text of [long, client])
    if (pen.label(text, shown, y + height / 2, over - shown - 3, theme["hold-ink"])) return;
  if (!covered) pen.label(client, over + 4, y + height / 2, from + width - over - 7, theme.ink);
}
