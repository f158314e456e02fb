import type { Colours, Output } from "../report/io.js";
import { headline } from "../report/headline.js";
import { resultText } from "../report/result.js";
import { clip, count, table, WIDEST, wrap } from "../report/text.js";
import { formatTime } from "../units.js";
import type { VerdictWord } from "../../checker/types.js";
import type { Checked, CheckedHistory, CheckedModel, ShownOp, Unchecked } from "./types.js";

const MOST_TROUBLES = 3;
const MOST_OPS = 12;

const painter = (word: VerdictWord | "error", colours: Colours): ((text: string) => string) => {
  switch (word) {
    case "valid":
      return colours.green;
    case "unknown":
      return colours.yellow;
    default:
      return colours.red;
  }
};

/** What was found in one history, for people. */
export function checkedText(checked: Checked, out: Output): string {
  if (checked.kind === "run") return resultText(checked.judged, headline(checked.judged), out);
  const width = Math.min(out.columns, WIDEST);
  const { file, format, operations, guessed, models, notes, ms } = checked;
  const lines = [
    ...models.flatMap((model) => modelLines(model, guessed, out, width)),
    ...notes.flatMap((note) => item(out.colours.yellow("!"), note, width)),
    out.colours.dim(
      clip(
        `${file}: ${format}, ${count(operations, "operation")}; read in ${formatTime(ms.reading)}, judged in ${formatTime(ms.judging)}`,
        width,
      ),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function modelLines(
  model: CheckedModel,
  guessed: boolean,
  { colours }: Output,
  width: number,
): readonly string[] {
  const paint = painter(model.verdict, colours);
  const how = guessed ? " (by its operations; --model names another)" : "";
  const where = model.parts > 1 ? ` on ${model.parts} locks or keys` : "";
  const shown = model.troubles.slice(0, MOST_TROUBLES);
  const more = model.violated + model.unknown - shown.length;
  return [
    `${colours.bold(paint(model.verdict.toUpperCase()))} as ${model.model}${how}: ${count(model.judged, "operation")}${where}`,
    ...(shown.length === 0 && model.reason !== "" ? item("•", model.reason, width) : []),
    ...shown.flatMap((trouble) => [
      ...item(
        "•",
        `${trouble.key === null ? "" : `${JSON.stringify(trouble.key)}: `}${trouble.reason}`,
        width,
      ),
      ...opLines(trouble.ops).map((line) => `    ${colours.dim(clip(line, width - 4))}`),
    ]),
    ...(more > 0 ? [`  ${count(more, "more lock or key", "more locks or keys")} in trouble`] : []),
  ];
}

const item = (bullet: string, text: string, width: number): readonly string[] => [
  `  ${bullet} ${wrap(text, width - 4).join("\n    ")}`,
];

function opLines(ops: readonly ShownOp[]): readonly string[] {
  const rows = ops
    .slice(0, MOST_OPS)
    .map((op) => [
      `${op.invoked}${op.completed === null ? "" : `-${op.completed}`}`,
      `process ${op.process}`,
      `${op.f}${op.value === null ? "" : ` ${JSON.stringify(op.value)}`}${op.extra === undefined ? "" : ` ${JSON.stringify(op.extra)}`}`,
      op.outcome,
      op.token === undefined ? "" : `token ${JSON.stringify(op.token)}`,
      op.from === null ? "" : `at ${formatTime(op.from / 1e6)}`,
    ]);
  return [...table(rows), ...(ops.length > MOST_OPS ? [`and ${ops.length - MOST_OPS} more`] : [])];
}

/** What was found in many, a row each. */
export function tableText(all: readonly (Checked | Unchecked)[], out: Output): string {
  const rows = all.map((each) => [wordOf(each), each.file, whatOf(each)]);
  const lines = table(rows).map((line, n) => {
    const word = wordOf(all[n]!);
    return clip(line, Math.max(out.columns, 40)).replace(word, painter(word, out.colours)(word));
  });
  return `${lines.join("\n")}\n`;
}

const wordOf = (each: Checked | Unchecked): VerdictWord | "error" =>
  each.kind === "error" ? "error" : each.verdict;

function whatOf(each: Checked | Unchecked): string {
  switch (each.kind) {
    case "error":
      return each.error.message;
    case "run":
      return `run of ${each.judged.run.backend}: ${headline(each.judged).title}`;
    case "history":
      return modelsOf(each);
  }
}

const modelsOf = ({ operations, models }: CheckedHistory): string =>
  `${count(operations, "operation")}: ${models.map(({ model, reason }) => (reason === "" ? model : `${model}: ${reason}`)).join("; ")}`;
