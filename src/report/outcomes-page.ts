/** One page that leads to the report of each run. Pure. */
import { dirname, relative, resolve } from "node:path";
import type { Outcome } from "./outcome.js";
import { percent } from "./text.js";

/** `file`: where the page will be, so that its links lead somewhere. Needs nothing but the reports themselves. */
export function outcomesPage(outcomes: readonly Outcome[], file: string): string {
  const rows = outcomes.map((outcome) => row(outcome, dirname(resolve(file)))).join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>lockjepsen</title>
<style>${STYLE}</style>
<h1>lockjepsen</h1>
<table>
<thead><tr><th>run</th><th>verdict</th><th>updates lost</th><th>challenged</th><th>found</th></tr></thead>
<tbody>
${rows}
</tbody></table>
</html>
`;
}

function row(outcome: Outcome, from: string): string {
  if ("error" in outcome)
    return line("error", escape(outcome.title), ["no verdict", "", "", outcome.error.message]);
  const { verdict, updates, challenged, grants, counts, reasons, files } = outcome.document;
  const found = Object.entries(counts)
    .filter(([, times]) => times > 0)
    .map(([kind, times]) => `${times} ${kind}`);
  const link = relative(from, resolve(files.report)).split("/").map(encodeURIComponent).join("/");
  return line(verdict, `<a href="${link}">${escape(outcome.title)}</a>`, [
    verdict,
    updates.lost === 0 ? "0" : `${updates.lost} (${percent(updates.lostShare)})`,
    `${challenged} of ${grants}`,
    found.length > 0 ? found.join(", ") : verdict === "unknown" ? (reasons[0] ?? "") : "",
  ]);
}

const line = (tone: string, head: string, cells: readonly string[]): string =>
  `<tr class="${tone}"><th scope="row">${head}</th>${cells.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2126;--back:#fbfbf9;--line:#d9d8d3;--bad:#b3261e;--good:#1f7a46;--weak:#8a6a00}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--back:#16181b;--line:#34373b;--bad:#ff7b72;--good:#6fd39a;--weak:#e3c45a}}
body{margin:2rem auto;max-width:80rem;padding:0 1rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}
th,td{padding:.4rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
a{color:inherit}.violated td:nth-child(2){color:var(--bad)}.valid td:nth-child(2){color:var(--good)}
.unknown td:nth-child(2),.error td:nth-child(2){color:var(--weak)}
`;
