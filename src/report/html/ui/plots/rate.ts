import uPlot from "uplot";
import { OUTCOMES } from "../../payload.js";
import type { Model } from "../model.js";
import type { PlotParts } from "../plots.js";
import type { Theme } from "../theme.js";
import { axis, bucketTimes, faultBands, seconds } from "./common.js";

/** As the timeline's legend has them. */
const WORDS = { ok: "done", fail: "failed", info: "outcome unknown" } as const;

/** Operations that ended, a second, by outcome. */
export function ratePlot(model: Model, theme: Theme): PlotParts {
  const { rate } = model.payload.series;
  const colours = { ok: theme.hold, fail: theme.bad, info: theme.warn };
  const dashes = { ok: [], fail: [6, 3], info: [2, 3] };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    data: [bucketTimes(model), ...OUTCOMES.map((name) => [...(rate[name] ?? [])])],
    options: {
      axes: [axis(theme, { values: seconds }), axis(theme, { size: 70 })],
      series: [
        { label: "time", value: (_, value) => (value === null ? "" : `${value.toFixed(1)} s`) },
        ...OUTCOMES.map((name): uPlot.Series => ({
          label: WORDS[name],
          stroke: colours[name],
          width: 1.5,
          dash: dashes[name],
          points: { show: false },
          ...(stepped && { paths: stepped }),
        })),
      ],
      hooks: { drawClear: [faultBands(model)] },
    },
  };
}
