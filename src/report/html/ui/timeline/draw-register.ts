import { fate, firstFrom } from "../model.js";
import { GUTTER, RIGHT } from "./layout.js";
import type { Pen } from "./pen.js";
import { xOf, type Scene } from "./scene.js";

const LABEL_WIDTH = 34;

/** What the register did, as marks on a line: each fate has a shape of its own, the worse ones on top. */
export function drawRegister(pen: Pen, scene: Scene, lock: number, top: number, height: number): void {
  const { model, layout, theme, range } = scene;
  const rows = layout.writesOf[lock] ?? [];
  const { at, version } = model.register;
  const middle = Math.round(top + height / 2) + 4;
  pen.line(GUTTER, middle + 0.5, scene.width - RIGHT, middle + 0.5, theme.line);

  const first = firstFrom(rows.length, (place) => at[rows[place] ?? 0] ?? 0, range.from);
  const special: number[] = [];
  let [last, lastMark] = [-LABEL_WIDTH, -1];
  for (let place = first; place < rows.length; place += 1) {
    const row = rows[place] ?? 0;
    if ((at[row] ?? 0) > range.to) break;
    const x = xOf(scene, at[row] ?? 0);
    if (fate(model, row) !== "applied") special.push(row);
    else if (x - lastMark >= 0.8) {
      pen.box(x - 0.75, middle - 5, 1.5, 10, theme.write);
      lastMark = x;
    }
    const next = at[rows[place + 1] ?? -1];
    const alone = x - last >= LABEL_WIDTH && (next === undefined || xOf(scene, next) - x >= LABEL_WIDTH);
    if (alone && (version[row] ?? -1) >= 0)
      pen.label(`v${version[row]}`, x - 6, middle - 12, LABEL_WIDTH, theme.muted);
    last = x;
  }
  for (const row of special) drawFate(pen, scene, row, xOf(scene, at[row] ?? 0), middle);
}

function drawFate(pen: Pen, scene: Scene, row: number, x: number, y: number): void {
  const { c, theme } = pen;
  switch (fate(scene.model, row)) {
    case "applied":
      return;
    case "refused":
      c.beginPath();
      c.arc(x, y, 5, 0, 2 * Math.PI);
      c.fillStyle = theme.surface;
      c.fill();
      c.strokeStyle = theme.good;
      c.lineWidth = 1.5;
      c.stroke();
      return pen.line(x - 3.5, y + 3.5, x + 3.5, y - 3.5, theme.good, 1.5);
    case "stale":
      return triangle(pen, x, y, theme.warn);
    case "stale and lost":
      triangle(pen, x, y, theme.warn);
      return strike(pen, x, y, theme.bad);
    case "lost":
      return strike(pen, x, y, theme.bad);
  }
}

function triangle(pen: Pen, x: number, y: number, colour: string): void {
  const { c } = pen;
  c.beginPath();
  c.moveTo(x, y - 7);
  c.lineTo(x + 6, y + 5);
  c.lineTo(x - 6, y + 5);
  c.closePath();
  c.fillStyle = colour;
  c.fill();
}

function strike(pen: Pen, x: number, y: number, colour: string): void {
  pen.line(x - 4.5, y - 4.5, x + 4.5, y + 4.5, colour, 2.2);
  pen.line(x - 4.5, y + 4.5, x + 4.5, y - 4.5, colour, 2.2);
}
