import type uPlot from "uplot";
import { OPERATIONS } from "../../payload.js";
import { lengthMs } from "../format.js";
import { outcome, type Model } from "../model.js";
import type { PlotParts } from "../plots.js";
import type { Theme } from "../theme.js";
import { axis, bucketTimes, faultBands, seconds } from "./common.js";

// uPlot declares a const enum, which a bundler cannot see into: the number itself is its interface.
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const LOGARITHMIC = 3 as uPlot.Scale.Distr;

/** Every drawn operation as a point at its end, and the median of each kind over the whole run. Log scale, ms. */
export function latencyPlot(model: Model, theme: Theme): PlotParts {
  const { latency } = model.payload.series;
  const shown = OPERATIONS.filter((f) => latency[f] !== undefined);
  return {
    data: [bucketTimes(model), ...shown.map((f) => [...(latency[f]?.p50 ?? [])])],
    options: {
      scales: { y: { distr: LOGARITHMIC, range: (_, min, max) => bounds(model, min, max) } },
      axes: [
        axis(theme, { values: seconds }),
        axis(theme, {
          size: 70,
          space: 20,
          grid: { stroke: theme.line, width: 1, filter: powers },
          ticks: { stroke: theme.line, width: 1, filter: powers },
          values: (_, values) => values.map((value) => (isPower(value) ? tick(value) : "")),
        }),
      ],
      series: [
        { label: "time", value: (_, value) => (value === null ? "" : `${value.toFixed(1)} s`) },
        ...shown.map((f): uPlot.Series => ({
          label: f,
          stroke: colourOf(theme, f),
          width: 1.5,
          spanGaps: true,
          points: { show: false },
          value: (_, value) => (value === null ? "" : lengthMs(value)),
        })),
      ],
      hooks: { drawClear: [faultBands(model)], draw: [(u) => drawPoints(u, model, theme, shown)] },
    },
  };
}

/** Of a power of ten, ms: `100 s`, not the longer `1 min 40 s`, which the axis has no room for. */
const tick = (ms: number): string => (ms >= 1_000 ? `${ms / 1_000} s` : lengthMs(ms));

/** The timeline's colours; waiting is pale there, where it fills the lanes. */
const colourOf = (theme: Theme, f: (typeof OPERATIONS)[number]): string =>
  f === "acquire" ? theme.muted : f === "release" ? theme.faint : theme[f];

/** Lines at every multiple of a power of ten make a log scale grey: only the powers have one. */
const powers = (_: uPlot, values: readonly number[]): (number | null)[] =>
  values.map((value) => (isPower(value) ? value : null));
const isPower = (value: number): boolean => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6);

/** The points' range, not the medians': whole powers of ten around all of them. */
function bounds(model: Model, min: number | null, max: number | null): [number, number] {
  let [low, high] = [min ?? 1, max ?? 1];
  const { lasts } = model.ops;
  for (let row = 0; row < lasts.length; row += 1) {
    const ms = (lasts[row] ?? 0) / 1e3;
    if (ms <= 0) continue;
    low = Math.min(low, ms);
    high = Math.max(high, ms);
  }
  return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
}

/** `ok` as dots, others as crosses. Points that would cover each other are drawn once. */
function drawPoints(
  u: uPlot,
  model: Model,
  theme: Theme,
  shown: readonly (typeof OPERATIONS)[number][],
): void {
  const { ctx, bbox } = u;
  const { ops } = model;
  const ratio = window.devicePixelRatio || 1;
  const [min = 0, max = 0] = [u.scales["x"]?.min, u.scales["x"]?.max];
  const taken = new Set<number>();
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const [place, f] of shown.entries()) {
    if (u.series[place + 1]?.show === false) continue;
    const number = OPERATIONS.indexOf(f);
    ctx.fillStyle = colourOf(theme, f);
    ctx.strokeStyle = theme.bad;
    ctx.lineWidth = 1.2 * ratio;
    taken.clear();
    for (let row = 0; row < ops.at.length; row += 1) {
      const lasts = ops.lasts[row] ?? -1;
      if (ops.f[row] !== number || lasts <= 0) continue;
      const at = (ops.until[row] ?? 0) / 1e6;
      if (at < min || at > max) continue;
      const x = Math.round(u.valToPos(at, "x", true));
      const y = Math.round(u.valToPos(lasts / 1e3, "y", true));
      const pixel = (x >> 1) * 65_536 + (y >> 1);
      if (taken.has(pixel)) continue;
      taken.add(pixel);
      if (outcome(model, row) === "ok") {
        ctx.globalAlpha = 0.55;
        ctx.fillRect(x - 1.5 * ratio, y - 1.5 * ratio, 3 * ratio, 3 * ratio);
        continue;
      }
      ctx.globalAlpha = 1;
      const arm = 3 * ratio;
      ctx.beginPath();
      ctx.moveTo(x - arm, y - arm);
      ctx.lineTo(x + arm, y + arm);
      ctx.moveTo(x - arm, y + arm);
      ctx.lineTo(x + arm, y - arm);
      ctx.stroke();
    }
  }
  ctx.restore();
}
