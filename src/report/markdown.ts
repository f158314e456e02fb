import { headline } from "./headline.js";
import { violationsOf, type Outcome } from "./outcome.js";
import { count, percent } from "./text.js";
import type { VerdictDocument } from "./types.js";

const SIGNS = { valid: "✅", violated: "❌", unknown: "❔" } as const;

/** All runs for a page: a table, then what was found in each that is not valid. At most `limit` bytes of UTF-8. */
export function markdown(outcomes: readonly Outcome[], limit = Infinity): string {
  const head = ["| | run | updates lost | challenged | found |", "| --- | --- | --- | --- | --- |"];
  const parts = [
    "## lockjepsen",
    [...head, ...outcomes.map(row)].join("\n"),
    ...outcomes.map(details).filter((text) => text !== null),
  ];
  return within(parts, limit);
}

function row(outcome: Outcome): string {
  if ("error" in outcome) return line(["⚠️", outcome.title, "-", "-", outcome.error.message]);
  const { document } = outcome;
  const { updates, counts } = document;
  const lost =
    updates.lost === 0 ? "0" : `${updates.lost} of ${updates.acknowledged} (${percent(updates.lostShare)})`;
  const found = Object.entries(counts)
    .filter(([, times]) => times > 0)
    .map(([kind, times]) => `${times} ${kind}`);
  const challenged = `${document.challenged} of ${document.grants}`;
  const said =
    found.length > 0 ? found.join(", ") : document.verdict === "unknown" ? document.reasons[0] : "";
  return line([SIGNS[document.verdict], outcome.title, lost, challenged, said ?? ""]);
}

const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
const cell = (text: string): string => escape(text).replaceAll("|", "\\|").replaceAll(/\s+/g, " ");

function details(outcome: Outcome): string | null {
  if ("error" in outcome)
    return `### ${escape(outcome.title)}\n\n**${escape(outcome.error.message)}**\n\n${escape(outcome.error.hint)}`;
  const { document } = outcome;
  if (document.verdict === "valid") return null;
  const { title, sentence } = headline(document);
  return [
    `### ${SIGNS[document.verdict]} ${escape(outcome.title)}`,
    `**${escape(title)}.** ${escape(sentence)}`,
    ...document.reasons.map((reason) => `- ${escape(reason)}`),
    examples(document),
    `\`\`\`sh\n${document.run.command}\n\`\`\``,
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** The first of each kind, explained. */
function examples(document: VerdictDocument): string {
  const violations = violationsOf(document);
  const kinds = [...new Set(violations.map(({ kind }) => kind))];
  if (kinds.length === 0) return "";
  const told = kinds.map((kind) => {
    const first = violations.find((finding) => finding.kind === kind);
    const times = document.counts[kind] ?? 0;
    return `- **${kind}** (${count(times, "time")}): ${escape(first?.explanation ?? "")}`;
  });
  return `<details><summary>How it came about</summary>\n\n${told.join("\n")}\n\n</details>`;
}

/** What a message holds is text, not markup. */
const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Whole parts only, and what was left out is said. */
function within(parts: readonly string[], limit: number): string {
  const room = limit - 200;
  let text = "";
  let size = 0;
  for (const [index, part] of parts.entries()) {
    size += Buffer.byteLength(part) + 2;
    if (size > room) {
      const left = parts.length - index;
      return `${cutTo(text === "" ? part : text, room)}\n\n${count(left, "more part")} left out: see the reports.\n`;
    }
    text += `${part}\n\n`;
  }
  return `${text.trimEnd()}\n`;
}

/** The beginning of a text, in whole lines, of at most so many bytes. */
function cutTo(text: string, bytes: number): string {
  const lines: string[] = [];
  let size = 0;
  for (const each of text.trimEnd().split("\n")) {
    size += Buffer.byteLength(each) + 1;
    if (size > bytes) break;
    lines.push(each);
  }
  return lines.join("\n");
}
