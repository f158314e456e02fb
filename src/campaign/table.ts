/** A campaign's cells as a table: for the terminal, for Markdown, for a page. Pure. */
import { count, folded, percent, WIDEST, wrap } from "../report/text.js";
import type { Colours, Output } from "../report/io.js";
import type { CellTally } from "./tally.js";

const HEAD = [
  "run",
  "verdict",
  "updates lost",
  "found",
  "challenged",
  "acquire",
  "hand-over",
  "remarks",
] as const;

/** What a cell says, as words in columns. */
export interface Row {
  readonly cells: readonly string[];
  readonly tone: "surprise" | "trouble" | "weak" | "harm" | "good" | "skipped";
  /** Of the last run's report, from the campaign's directory. */
  readonly report: string | null;
}

export function rowOf({ key, verdicts, violated, updates, last, ...rest }: CellTally): Row {
  if (rest.skipped && !last)
    return {
      cells: [key, "skipped", "", "", "", "", "", rest.skipped.message],
      tone: "skipped",
      report: null,
    };
  if (!last) {
    const message = rest.failed.at(-1)?.message ?? "not run yet";
    return { cells: [key, "none", "", "", "", "", "", message], tone: "trouble", report: null };
  }
  const runs = verdicts.valid + verdicts.violated + verdicts.unknown;
  const verdict =
    runs === 1
      ? last.verdict
      : `${violated.count}/${violated.total} violated${verdicts.unknown > 0 ? `, ${verdicts.unknown} unknown` : ""}`;
  const lost = updates.lost === 0 ? "0" : `${updates.lost} (${percent(updates.lost / updates.acknowledged)})`;
  const surprises = rest.surprising.flatMap((record) => record.surprises);
  const remarks = [
    ...[...new Set(surprises)].map((text) => `SURPRISE: ${text}`),
    ...(rest.failed.length > 0
      ? [`${count(rest.failed.length, "run")} failed: ${rest.failed.at(-1)?.message}`]
      : []),
    ...(last.verdict === "unknown" ? [last.reasons[0] ?? ""] : []),
  ];
  return {
    cells: [
      key,
      verdict,
      lost,
      foundIn(rest),
      `${last.challenged} of ${last.grants}`,
      milliseconds(last.acquireMs),
      milliseconds(last.handOverMs),
      remarks.join("; "),
    ],
    tone: toneOf(surprises.length > 0, rest.failed.length > 0, verdicts),
    report: last.directory === null ? null : `${last.directory}/report.html`,
  };
}

/** Told elsewhere: an overlap by its cause, what was lost by its share. */
const TOLD = ["overlap", "stale-write", "lost-update"];

/** `28 outlived-lease`: overlaps by their causes, and whatever else was violated, `1 orphan`. */
function foundIn({ causes, counts }: Pick<CellTally, "causes" | "counts">): string {
  const others = Object.entries(counts).filter(([kind]) => !TOLD.includes(kind));
  return [...Object.entries(causes), ...others].map(([what, times]) => `${times} ${what}`).join(", ");
}

function toneOf(surprise: boolean, failed: boolean, verdicts: CellTally["verdicts"]): Row["tone"] {
  if (surprise) return "surprise";
  if (failed) return "trouble";
  if (verdicts.violated > 0) return "harm";
  return verdicts.unknown > 0 ? "weak" : "good";
}

const milliseconds = (ms: number | null): string =>
  ms === null ? "-" : `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;

/** Remarks stand below their row, and a reason to skip below all, with those whom it hit. */
export function campaignText(
  tallies: readonly CellTally[],
  { colours, columns }: Pick<Output, "colours" | "columns">,
): string {
  const skipped = tallies.filter(isSkipped);
  const rows = tallies.filter((one) => !isSkipped(one)).map(rowOf);
  const under = (text: string): string =>
    wrap(text, columns - 4)
      .map((line) => `\n    ${line}`)
      .join("");
  const remarkOf = ({ cells }: Row): string => cells[HEAD.length - 1] ?? "";
  const parts = folded(
    [HEAD, ...rows.map(({ cells }) => cells)].map((cells) => cells.slice(0, -1)),
    columns,
  );
  const painted = parts.map(([head = "", ...lines], part) =>
    [
      colours.bold(head),
      ...lines.map((line, index) => {
        const row = rows[index] as Row;
        return paint(row.tone, colours)(`${line}${part === 0 ? under(remarkOf(row)) : ""}`);
      }),
    ].join("\n"),
  );
  const legend = colours.dim(wrap(LEGEND, Math.min(columns, WIDEST)).join("\n"));
  return [...(rows.length > 0 ? [...painted, legend] : []), ...skippedText(skipped, columns).map(colours.dim)]
    .map((text) => `${text}\n`)
    .join("\n");
}

const LEGEND =
  "found: how often two held at once, by cause, and whatever else was violated; challenged: grants that a fault put to the test; hand-over: from a release to the next grant. Times are medians of the last run.";

const isSkipped = ({ skipped, last }: CellTally): boolean => skipped !== null && last === null;

/** A paragraph for each reason. */
function skippedText(tallies: readonly CellTally[], columns: number): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { key, skipped } of tallies) {
    const reason = skipped?.message ?? "";
    byReason.set(reason, [...(byReason.get(reason) ?? []), key]);
  }
  return [...byReason].map(([reason, keys]) =>
    [...wrap(`skipped: ${reason}`, columns), ...keys.map((key) => `  ${key}`)].join("\n"),
  );
}

function paint(tone: Row["tone"], colours: Colours): (text: string) => string {
  switch (tone) {
    case "surprise":
      return (text) => colours.bold(colours.red(text));
    case "trouble":
    case "weak":
      return colours.yellow;
    case "skipped":
      return colours.dim;
    case "harm":
      return colours.red;
    case "good":
      return colours.green;
  }
}

export function campaignMarkdown(tallies: readonly CellTally[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return `${[line(HEAD), line(HEAD.map(() => "---")), ...tallies.map((one) => line(rowOf(one).cells))].join("\n")}\n`;
}

const TONES: Readonly<Record<Row["tone"], string>> = {
  surprise: "surprise",
  harm: "violated, as expected",
  good: "valid",
  weak: "unknown",
  trouble: "no verdict",
  skipped: "makes no sense",
};

/** What the colours say, and how many rows are of each. */
const keyOf = (rows: readonly Row[]): string =>
  (Object.keys(TONES) as Row["tone"][])
    .map((tone) => `<b class="${tone}">${TONES[tone]}: ${rows.filter((row) => row.tone === tone).length}</b>`)
    .join(" ");

/** One page that needs nothing else; each cell leads to its last run's report. */
export function campaignHtml(title: string, tallies: readonly CellTally[]): string {
  const rows = tallies.map(rowOf);
  const lines = rows.map(
    ({ cells, tone, report }) =>
      `<tr class="${tone}">${cells
        .map((cell, place) => {
          const text = escape(cell);
          return place === 0
            ? `<th scope="row">${report === null ? text : `<a href="${escape(report)}">${text}</a>`}</th>`
            : `<td>${text}</td>`;
        })
        .join("")}</tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>${STYLE}</style>
<h1>${escape(title)}</h1>
<p class="key">${keyOf(rows)}</p>
<div class="scroll"><table>
<thead><tr>${HEAD.map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead>
<tbody>
${lines.join("\n")}
</tbody></table></div>
</html>
`;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2126;--back:#fbfbf9;--line:#d9d8d3;--surprise:#b3261e;--harm:#a5521b;--good:#1f7a46;--weak:#8a6a00;--dim:#6c6f73}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--back:#16181b;--line:#34373b;--surprise:#ff7b72;--harm:#f0a268;--good:#6fd39a;--weak:#e3c45a;--dim:#989b9f}}
body{margin:2rem auto;max-width:90rem;padding:0 1rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
h1{font-size:1.4rem}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:var(--back);white-space:nowrap}tbody th{font-weight:600;white-space:nowrap}td:nth-child(4){min-width:8rem}td:nth-child(8){min-width:16rem}
td:nth-child(3),td:nth-child(5),td:nth-child(6),td:nth-child(7){font-variant-numeric:tabular-nums;white-space:nowrap}
a{color:inherit}.key b{margin-right:1rem;font-weight:600}
.surprise td:nth-child(2),b.surprise{color:var(--surprise);font-weight:700}tr.surprise{outline:2px solid var(--surprise);outline-offset:-2px}
.harm td:nth-child(2),b.harm{color:var(--harm)}.good td:nth-child(2),b.good{color:var(--good)}
.weak td:nth-child(2),b.weak,.trouble td:nth-child(2),b.trouble{color:var(--weak)}tr.skipped,b.skipped{color:var(--dim)}
`;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
