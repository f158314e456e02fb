import { useEffect, useRef } from "preact/hooks";
import type { Model } from "../model.js";
import type { Theme } from "../theme.js";
import { paint } from "./canvas.js";
import { GUTTER, RIGHT } from "./layout.js";
import { makePen } from "./pen.js";
import type { View } from "./view.js";

const HEIGHT = 34;

interface Props {
  readonly model: Model;
  readonly theme: Theme;
  readonly view: View;
  readonly width: number;
}

/** The whole run in a strip: faults, violations and notes, and the part that is looked at. Press or drag to look elsewhere. */
export function Overview({ model, theme, view, width }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return undefined;
    const redraw = (): void =>
      paint(canvas, width, HEIGHT, (c, ratio) => drawOverview(c, ratio, model, theme, view, width));
    redraw();
    return view.subscribe(redraw);
  }, [model, theme, view, width]);

  const look = (event: PointerEvent): void => {
    if (event.buttons !== 1 || !ref.current) return;
    const { from, to } = view.get();
    const { left } = ref.current.getBoundingClientRect();
    const share = (event.clientX - left - GUTTER) / (width - GUTTER - RIGHT);
    const middle = view.full.from + share * (view.full.to - view.full.from);
    view.set({ from: middle - (to - from) / 2, to: middle + (to - from) / 2 });
  };
  return (
    <canvas
      ref={ref}
      class="overview"
      aria-hidden="true"
      style={{ height: `${HEIGHT}px` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        look(event);
      }}
      onPointerMove={look}
    />
  );
}

function drawOverview(
  c: CanvasRenderingContext2D,
  ratio: number,
  model: Model,
  theme: Theme,
  view: View,
  width: number,
): void {
  const pen = makePen(c, theme, ratio);
  const { full } = view;
  const x = (us: number): number =>
    GUTTER + ((us - full.from) / (full.to - full.from)) * (width - GUTTER - RIGHT);
  c.fillStyle = theme.sunken;
  c.fillRect(GUTTER, 0, width - GUTTER - RIGHT, HEIGHT);
  c.fillStyle = theme.muted;
  c.fillText("whole run", 8, HEIGHT / 2);

  for (const fault of model.faults) {
    c.globalAlpha = 0.5;
    pen.box(x(fault.from), HEIGHT - 9, Math.max(1.5, x(fault.to) - x(fault.from)), 7, fault.colour);
    c.globalAlpha = 1;
  }
  // Violations last, so that notes never hide one.
  for (const { finding, from } of model.findings.toReversed()) {
    const violation = finding.severity === "violation";
    const at = Math.round(x(from)) + 0.5;
    pen.line(
      at,
      violation ? 3 : 12,
      at,
      HEIGHT - 11,
      violation ? theme.bad : theme.faint,
      violation ? 1.5 : 1,
    );
  }
  const { from, to } = view.get();
  const [left, right] = [x(from), Math.max(x(to), x(from) + 3)];
  c.globalAlpha = 0.45;
  c.fillStyle = theme.surface;
  c.fillRect(GUTTER, 0, left - GUTTER, HEIGHT);
  c.fillRect(right, 0, width - RIGHT - right, HEIGHT);
  c.globalAlpha = 1;
  pen.outline(left + 0.75, 0.75, right - left - 1.5, HEIGHT - 1.5, theme.ink);
}
