import { isAbsolute, relative } from "node:path";
import type { Finding, VerdictWord } from "../../checker/types.js";
import { formatTime } from "../units.js";
import { figures } from "./figures.js";
import { headline, type Headline } from "./headline.js";
import type { Colours, Output } from "./io.js";
import type { Judged } from "./judged.js";
import { clip, count, fields, WIDEST, wrap } from "./text.js";
import type { Reporter } from "./types.js";

/** The verdict for people, on standard output. */
export const resultReporter = (output: Output): Reporter => ({
  onEnd: ({ document }) => output.write(resultText(document, headline(document), output)),
});

/** So many kinds of trouble are explained here; the report has them all. */
const MOST_EXEMPLARS = 3;

/** The whole block: the verdict, why, an example of each kind of trouble, the figures, and where to read on. */
export function resultText(
  judged: Judged,
  { title, sentence }: Headline,
  { colours, columns }: Pick<Output, "colours" | "columns">,
): string {
  const width = Math.min(columns, WIDEST);
  const item = (bullet: string, text: string): string =>
    `  ${bullet} ${wrap(text, width - 4).join("\n    ")}`;
  const paragraphs: readonly (readonly string[])[] = [
    [paint(judged.verdict, colours)(wrap(title, width).join("\n")), ...wrap(sentence, width)],
    // The sentence gives the only reason of an unknown itself.
    judged.verdict === "unknown" && judged.reasons.length === 1
      ? []
      : judged.reasons.map((reason) => item("•", reason)),
    ...exemplars(judged, width, colours),
    judged.remarks.map((remark) => item(colours.yellow("!"), remark)),
    [
      ...fields(figures(judged), { width, name: colours.dim }),
      // Whole, however long: these are there to be copied.
      ...(judged.files ? [`  ${colours.dim("report ")}  ${fromHere(judged.files.report)}`] : []),
      ...(judged.run.command ? [`  ${colours.dim("again  ")}  ${judged.run.command}`] : []),
    ],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

/** As one would type it: relative, where the file is below the working directory. */
function fromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") || isAbsolute(short) ? path : short;
}

/** One violation of each kind and cause, the first that happened, explained. */
function exemplars({ findings }: Judged, width: number, colours: Colours): readonly (readonly string[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.severity !== "violation") continue;
    const title = finding.cause === undefined ? finding.kind : `${finding.kind} (${finding.cause})`;
    groups.set(title, [...(groups.get(title) ?? []), finding]);
  }
  const shown = [...groups].slice(0, MOST_EXEMPLARS).map(([title, group]) => {
    const first = group.reduce((a, b) => (b.time < a.time ? b : a));
    const which = group.length === 1 ? "" : `, the first of ${group.length}`;
    const place = clip(`at ${formatTime(first.time / 1e6)}${which}`, width - title.length - 3);
    return [
      `  ${colours.bold(title)} ${colours.dim(place)}`,
      ...wrap(first.explanation, width - 4).map((line) => `    ${line}`),
    ];
  });
  const more = groups.size - shown.length;
  return more > 0
    ? [...shown, [colours.dim(`  ${count(more, "more kind")} of trouble: see the report`)]]
    : shown;
}

function paint(verdict: VerdictWord, colours: Colours): (text: string) => string {
  switch (verdict) {
    case "valid":
      return (text) => colours.bold(colours.green(text));
    case "violated":
      return (text) => colours.bold(colours.red(text));
    case "unknown":
      return (text) => colours.bold(colours.yellow(text));
  }
}
