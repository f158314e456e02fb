import type uPlot from "uplot";
import type { Model } from "../model.js";
import type { Theme } from "../theme.js";

/** Axes as the timeline's: quiet, and the plot's area under its lanes. */
export function axis(theme: Theme, more: uPlot.Axis = {}): uPlot.Axis {
  const quiet = { stroke: theme.line, width: 1 };
  return { stroke: theme.muted, font: `11px ${theme.font}`, grid: quiet, ticks: quiet, space: 80, ...more };
}

export const seconds = (_: uPlot, values: readonly number[]): string[] => values.map((value) => `${value} s`);

/** Faults as bands behind the data. */
export function faultBands(model: Model): (u: uPlot) => void {
  return (u) => {
    const { left, top, width, height } = u.bbox;
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(left, top, width, height);
    u.ctx.clip();
    u.ctx.globalAlpha = 0.14;
    for (const fault of model.faults) {
      const from = u.valToPos(fault.from / 1e6, "x", true);
      u.ctx.fillStyle = fault.colour;
      u.ctx.fillRect(from, top, Math.max(1, u.valToPos(fault.to / 1e6, "x", true) - from), height);
    }
    u.ctx.restore();
  };
}

/** Middles of the buckets, s. */
export function bucketTimes({ payload }: Model): number[] {
  const { bucket, rate } = payload.series;
  return (rate["ok"] ?? []).map((_, n) => ((n + 0.5) * bucket) / 1e6);
}
