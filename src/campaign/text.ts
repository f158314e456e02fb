import { headline } from "../report/headline.js";
import type { Colours, Output } from "../report/io.js";
import { count, percent, table, wrap } from "../report/text.js";
import type { VerdictDocument } from "../report/types.js";
import type { Summary } from "./summary.js";

/** One run of many on one line: ` 3/20  seed 44  violated  12 lost-update, 9 overlap  results/...`. */
export function runLine(document: VerdictDocument, n: number, limit: number): string {
  const found = Object.entries(document.counts)
    .filter(([, times]) => times > 0)
    .map(([kind, times]) => `${times} ${kind}`);
  const place = `${String(n).padStart(String(limit).length)}/${limit}`;
  const what =
    found.length > 0
      ? found.join(", ")
      : (document.verdict === "unknown" && document.reasons[0]) || "nothing found";
  return [
    place,
    `seed ${document.run.seed}`,
    document.verdict.padEnd(8),
    what,
    document.files.directory,
  ].join("  ");
}

/** The worst run in words, where to read on, and how to try it again: empty where all were valid. */
export function exampleText(
  documents: readonly VerdictDocument[],
  { colours, columns }: Pick<Output, "colours" | "columns">,
): string {
  const of = (word: VerdictDocument["verdict"]): readonly VerdictDocument[] =>
    documents.filter(({ verdict }) => verdict === word);
  const [worst] = [
    ...of("violated").toSorted((a, b) => b.brokenPromises - a.brokenPromises),
    ...of("unknown"),
  ];
  if (worst === undefined) return "";
  const { title, sentence } = headline(worst);
  return [
    "",
    colours.bold(`seed ${worst.run.seed}: ${title}`),
    ...wrap(sentence, columns),
    // Whole, however long: these are there to be copied.
    `  ${colours.dim("report")}  ${worst.files.report}`,
    `  ${colours.dim("again ")}  ${worst.run.command}`,
    "",
  ].join("\n");
}

/** The rate, and by verdict which causes stood behind it. */
export function summaryText(summary: Summary, colours: Colours): string {
  const { verdicts, violated, updates, causes } = summary;
  const { low, high } = violated.interval;
  const words = ["violated", "unknown", "valid"] as const;
  const rows = [
    ["", ...words, "overlaps"],
    ["runs", ...words.map((word) => String(verdicts[word])), ""],
    ...causes.map(({ cause, runs, overlaps }) => [
      `with ${cause}`,
      ...words.map((word) => String(runs[word])),
      String(overlaps),
    ]),
  ];
  const rate =
    violated.total === 0
      ? "none of them could be judged"
      : `violated in ${violated.count} of ${count(violated.total, "judged run")}: ${percent(violated.share)} ` +
        `(95 % interval: ${percent(low)} to ${percent(high)})`;
  return [
    "",
    colours.bold(rate),
    `updates lost: ${updates.lost} of ${updates.acknowledged}${updates.lost > 0 ? ` (${percent(updates.lostShare)})` : ""}`,
    "",
    ...table(rows),
    "",
  ].join("\n");
}
