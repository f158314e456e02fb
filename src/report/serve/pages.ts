/** The pages of `lockjepsen serve`. Pure. */
import { rate } from "../../campaign/statistics.js";
import { sideBySide } from "../side-by-side.js";
import { percent } from "../text.js";
import type { Entry } from "./catalogue.js";

export interface Filter {
  readonly verdict: string;
  /** Words that all must stand somewhere in a run's description. */
  readonly text: string;
}

/** What is filtered, and shown of a run. */
const describe = ({ document: { run } }: Entry): string =>
  [
    `${run.backend} ${run.version}`,
    run.lock,
    run.nemesis,
    `fencing ${run.fencing}`,
    run.discipline,
    run.workload,
    `seed ${run.seed}`,
    run.created,
  ].join(" ");

export function filtered(entries: readonly Entry[], { verdict, text }: Filter): readonly Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const about = describe(entry).toLowerCase();
    return (
      (verdict === "" || entry.document.verdict === verdict) && words.every((word) => about.includes(word))
    );
  });
}

export function listPage(all: readonly Entry[], filter: Filter): string {
  const shown = filtered(all, filter);
  const judged = shown.filter(({ document }) => document.verdict !== "unknown");
  const bad = judged.filter(({ document }) => document.verdict === "violated").length;
  const { share, interval } = rate(bad, judged.length);
  const summary =
    judged.length === 0
      ? `${shown.length} of ${all.length} runs`
      : `${shown.length} of ${all.length} runs; violated ${bad} of ${judged.length}: ${percent(share)} (${percent(interval.low)} to ${percent(interval.high)} at 95 %)`;
  const option = (word: string): string =>
    `<option value="${word}"${word === filter.verdict ? " selected" : ""}>${word === "" ? "any verdict" : word}</option>`;
  return page(
    "lockjepsen: runs",
    `<form method="get"><input name="text" value="${escape(filter.text)}" placeholder="etcd pause seed 7" aria-label="words">
<select name="verdict" aria-label="verdict">${["", "valid", "violated", "unknown"].map(option).join("")}</select>
<button>filter</button> <span class="dim">${escape(summary)}</span></form>
${trend(shown)}
<form method="get" action="compare"><table><thead><tr><th></th><th>when</th><th>run</th><th>verdict</th><th>updates lost</th><th>causes</th><th>seed</th></tr></thead>
<tbody>${shown.map(row).join("\n")}</tbody></table>
<p><button>compare the chosen ones</button></p></form>`,
  );
}

function row(entry: Entry): string {
  const { path, document } = entry;
  const { run, verdict, updates, causes } = document;
  const title = `${run.backend} ${run.version} ${run.lock}, ${run.nemesis}${run.fencing === "off" ? "" : `, fencing ${run.fencing}`}`;
  const why = Object.entries(causes)
    .map(([cause, times]) => `${times} ${cause}`)
    .join(", ");
  return `<tr class="${verdict}"><td><input type="checkbox" name="run" value="${escape(path)}" aria-label="compare"></td><td>${escape(run.created.slice(0, 19).replace("T", " "))}</td><td><a href="runs/${path.split("/").map(encodeURIComponent).join("/")}/report.html">${escape(title)}</a></td><td>${verdict}</td><td>${updates.lost} of ${updates.acknowledged}</td><td>${escape(why)}</td><td>${run.seed}</td></tr>`;
}

const MOST_BARS = 120;

/** The latest runs from left to right, one mark each: how it went of late. */
function trend(entries: readonly Entry[]): string {
  const latest = entries.slice(0, MOST_BARS).toReversed();
  if (latest.length < 2) return "";
  const marks = latest.map(
    ({ document }, place) =>
      `<rect class="${document.verdict}" x="${place * 7}" y="0" width="5" height="22"><title>${escape(`${document.run.created}: ${document.verdict}`)}</title></rect>`,
  );
  return `<p><svg width="${latest.length * 7}" height="22" role="img" aria-label="verdicts of the latest runs, the newest on the right">${marks.join("")}</svg></p>`;
}

export function comparePage(entries: readonly Entry[]): string {
  const text =
    entries.length < 2
      ? "Choose two runs or more in the list."
      : sideBySide(entries.map(({ document }) => document));
  return page("lockjepsen: side by side", `<p><a href="./">all runs</a></p><pre>${escape(text)}</pre>`);
}

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title>
<style>:root{color-scheme:light dark;--ink:#1d2126;--back:#fbfbf9;--line:#d9d8d3;--bad:#b3261e;--good:#1f7a46;--weak:#8a6a00}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--back:#16181b;--line:#34373b;--bad:#ff7b72;--good:#6fd39a;--weak:#e3c45a}}
body{margin:2rem auto;max-width:80rem;padding:0 1rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
table{border-collapse:collapse;width:100%}th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
a{color:inherit}.dim{opacity:.75}pre{overflow-x:auto}input[name=text]{width:22rem;max-width:60%}
tr.violated td:nth-child(4){color:var(--bad);font-weight:600}tr.valid td:nth-child(4){color:var(--good)}tr.unknown td:nth-child(4){color:var(--weak)}
rect.violated{fill:var(--bad)}rect.valid{fill:var(--good)}rect.unknown{fill:var(--weak)}</style>
<h1>${escape(title)}</h1>
${body}
</html>
`;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
