import { EXIT } from "../error.js";
import type { Output } from "../report/io.js";
import { recordLine } from "./matrix.js";
import { runCells, type CellRunner } from "./perform-cells.js";
import { rate } from "./statistics.js";
import { openCampaign } from "./store.js";
import { pointsOf, sweepCells, sweepMarkdown, sweepText, type SweepOptions } from "./sweep.js";
import { sweepPlot } from "./sweep-plot.js";
import { tally, totals } from "./tally.js";

export interface SweepParts extends Pick<CellRunner, "runOne" | "signal"> {
  readonly directory: string;
  readonly format: "text" | "json" | "markdown";
  readonly out: Output;
  readonly err: Output;
}

/** Runs all pairs, one run at a time: timing is what is measured. Resolves to the exit code. */
export async function performSweep(sweep: SweepOptions, parts: SweepParts): Promise<number> {
  const { directory, out, err, runOne, signal } = parts;
  const cells = sweepCells(sweep);
  const store = openCampaign(directory, { version: 1, kind: "sweep", cells, seed: sweep.seed, shard: null });
  const onRecord = (record: Parameters<typeof recordLine>[0]): void => err.write(`${recordLine(record)}\n`);
  const records = await runCells(cells, 1, { store, runOne, onRecord, signal });
  const points = pointsOf(sweep, tally(cells, records), rate);
  const plot = store.write("sweep.svg", `${sweepPlot(points)}\n`);
  switch (parts.format) {
    case "json":
      out.write(`${JSON.stringify({ version: 1, points, totals: totals(records) }, null, 2)}\n`);
      break;
    case "markdown":
      out.write(sweepMarkdown(points));
      break;
    case "text":
      out.write(`${sweepText(points)}\n${plot}\n`);
  }
  if (totals(records).failed > 0) return EXIT.environment;
  return points.every(({ violated }) => violated.total > 0) ? EXIT.valid : EXIT.unknown;
}
