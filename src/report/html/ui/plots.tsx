import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Model } from "./model.js";
import { latencyPlot } from "./plots/latency.js";
import { ratePlot } from "./plots/rate.js";
import type { Theme } from "./theme.js";
import type { View } from "./timeline/view.js";
import { useWidth } from "./width.js";

interface Props {
  readonly model: Model;
  readonly theme: Theme;
  readonly view: View;
}

export interface PlotParts {
  readonly options: Omit<uPlot.Options, "width" | "height">;
  readonly data: uPlot.AlignedData;
}

const HEIGHT = 220;

/** Latency and rate over time. They show what the timeline shows: zooming one zooms all. */
export function Plots({ model, theme, view }: Props) {
  return (
    <section id="plots" aria-labelledby="plots-title">
      <h2 id="plots-title">Latency and rate</h2>
      <p class="lead">
        Faults in the background. Drag across to look closer, double-click for the whole run.
      </p>
      <h3>Latency of each operation, with its median</h3>
      <Plot make={latencyPlot} model={model} theme={theme} view={view} label="Latency over time" />
      <h3>Operations that ended, a second</h3>
      <Plot make={ratePlot} model={model} theme={theme} view={view} label="Rate over time" />
    </section>
  );
}

interface PlotProps extends Props {
  readonly label: string;
  make(model: Model, theme: Theme): PlotParts;
}

function Plot({ make, model, theme, view, label }: PlotProps) {
  const [ref, width] = useWidth();
  const target = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!target.current || width === 0) return undefined;
    const { options, data } = make(model, theme);
    const { from, to } = view.get();
    const follow = (u: uPlot): void => {
      const { min, max } = u.scales["x"] ?? {};
      if (min !== undefined && max !== undefined) view.set({ from: min * 1e6, to: max * 1e6 });
    };
    const plot = new uPlot(
      {
        ...options,
        width,
        height: HEIGHT,
        scales: { ...options.scales, x: { time: false, min: from / 1e6, max: to / 1e6 } },
        hooks: {
          ...options.hooks,
          setSelect: [(u) => u.select.width > 0 && window.setTimeout(() => follow(u))],
        },
      },
      data,
      target.current,
    );
    // uPlot would fit its data on a double click: the whole run is a little wider.
    plot.over.addEventListener("dblclick", () => view.set(view.full));
    const stop = view.subscribe(() => {
      const range = view.get();
      plot.setScale("x", { min: range.from / 1e6, max: range.to / 1e6 });
    });
    return () => {
      stop();
      plot.destroy();
    };
  }, [make, model, theme, view, width]);
  return (
    <div ref={ref} class="plot" role="img" aria-label={label}>
      <div ref={target} />
    </div>
  );
}
