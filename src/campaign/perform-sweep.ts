import { EXIT, LockjepsenError } from "../error.js";
import type { Output } from "../report/io.js";
import { count } from "../report/text.js";
import { tellRecords } from "./matrix.js";
import { runCells, type CellRunner } from "./perform-cells.js";
import type { FailedRecord, RunRecord } from "./record.js";
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
  const tell = tellRecords(err);
  const onRecord = (record: RunRecord): void => tell(record);
  const records = await runCells(cells, 1, { store, runOne, onRecord, signal });
  const skipped = records.filter((record): record is FailedRecord => record.kind === "skipped");
  const [first] = skipped;
  if (first && skipped.length === cells.length) {
    store.forget(); // or the command that is mended would find another sweep here
    throw new LockjepsenError("usage", `no run of this sweep can be: ${first.message}`, first.hint);
  }
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
      out.write(`${sweepText(points, out.columns)}\n${skippedLines(skipped)}${plot}\n`);
  }
  if (totals(records).failed > 0) return EXIT.environment;
  return points.every(({ violated }) => violated.total > 0) ? EXIT.valid : EXIT.unknown;
}

/** `15 runs skipped: ...`, a line for each reason. */
function skippedLines(skipped: readonly FailedRecord[]): string {
  const reasons = [...new Set(skipped.map(({ message }) => message))];
  return reasons
    .map((reason) => {
      const many = skipped.filter(({ message }) => message === reason).length;
      return `${count(many, "run")} skipped: ${reason}\n`;
    })
    .join("");
}
