import type { Theme } from "../theme.js";

/** A canvas's context with what every drawing here needs. Sizes in CSS pixels. */
export interface Pen {
  readonly c: CanvasRenderingContext2D;
  readonly theme: Theme;
  /** A box with soft corners where it is wide enough for them. */
  box(x: number, y: number, width: number, height: number, fill: string | CanvasPattern): void;
  outline(x: number, y: number, width: number, height: number, colour: string): void;
  line(x1: number, y1: number, x2: number, y2: number, colour: string, width?: number): void;
  /** Left-aligned on the middle of `y`; false, and nothing drawn, where it does not fit into `width`. */
  label(text: string, x: number, y: number, width: number, colour: string): boolean;
  /** Slanted lines: beyond what is certain. */
  hatch(colour: string): CanvasPattern | string;
}

export const FONT_SIZE = 11;

export function makePen(c: CanvasRenderingContext2D, theme: Theme, ratio: number): Pen {
  const hatches = new Map<string, CanvasPattern | string>();
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.font = `${FONT_SIZE}px ${theme.font}`;
  c.textBaseline = "middle";
  c.lineJoin = "round";
  return {
    c,
    theme,
    box(x, y, width, height, fill) {
      c.fillStyle = fill;
      if (width < 6) return c.fillRect(x, y, width, height);
      c.beginPath();
      c.roundRect(x, y, width, height, 2);
      c.fill();
    },
    outline(x, y, width, height, colour) {
      c.strokeStyle = colour;
      c.lineWidth = 1.5;
      c.beginPath();
      c.roundRect(x, y, width, height, width < 6 ? 0 : 2);
      c.stroke();
    },
    line(x1, y1, x2, y2, colour, width = 1) {
      c.strokeStyle = colour;
      c.lineWidth = width;
      c.beginPath();
      c.moveTo(x1, y1);
      c.lineTo(x2, y2);
      c.stroke();
    },
    label(text, x, y, width, colour) {
      // Cheap refusal first: measuring text is the slowest thing that is done here.
      if (width < 14 || width < text.length * 4.2) return false;
      if (c.measureText(text).width > width) return false;
      c.fillStyle = colour;
      c.fillText(text, x, y + 0.5);
      return true;
    },
    hatch(colour) {
      const known = hatches.get(colour) ?? makeHatch(c, colour, ratio);
      hatches.set(colour, known);
      return known;
    },
  };
}

const PERIOD = 6;

function makeHatch(c: CanvasRenderingContext2D, colour: string, ratio: number): CanvasPattern | string {
  const side = Math.round(PERIOD * ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = side;
  const t = tile.getContext("2d");
  if (!t) return colour;
  t.fillStyle = colour;
  t.globalAlpha = 0.28;
  t.fillRect(0, 0, side, side);
  t.globalAlpha = 1;
  t.strokeStyle = colour;
  t.lineWidth = 1.6 * ratio;
  t.beginPath();
  for (const shift of [-side, 0, side]) {
    t.moveTo(shift - 1, side + 1);
    t.lineTo(shift + side + 1, -1);
  }
  t.stroke();
  const pattern = c.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern ?? colour;
}
