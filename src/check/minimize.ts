import { existsSync, statSync, writeFileSync } from "node:fs";
import { counterexampleOf, eventsOf } from "../../checker/index.js";
import { findingAlone } from "../../checker/counterexample/run.js";
import { LockjepsenError } from "../error.js";
import type { OpColumns } from "../history/columns.js";
import { readHistory } from "../history/reader.js";
import { STDIN } from "../history/reading/stdin.js";
import { count } from "../report/text.js";
import { writing } from "../write-error.js";
import { loadModel } from "./load-model.js";
import type { Checked, CheckOptions } from "./types.js";

/**
 * Writes as little of a history as shows its first violation, as a history of its own that `check` rejects. Says in a
 * sentence what it wrote. `ops`: what was read of a history that is no run. Throws a usage error where there is nothing to
 * show.
 */
export async function minimize(
  checked: Checked,
  path: string,
  out: string,
  options: CheckOptions,
  ops: OpColumns | null,
): Promise<string> {
  if (checked.verdict !== "violated")
    throw new LockjepsenError(
      "usage",
      `--minimize: ${path} is ${checked.verdict}, so there is no counterexample`,
      "leave --minimize out",
    );
  if (checked.kind === "history" && ops !== null) return ofHistory(checked, ops, out, options);
  if (checked.kind === "run" && path !== STDIN) return ofRun(checked, path, out);
  throw new LockjepsenError(
    "usage",
    "--minimize reads a run twice, and standard input only once",
    "name a file",
  );
}

async function ofHistory(
  { file, models }: Extract<Checked, { kind: "history" }>,
  ops: OpColumns,
  out: string,
  { timeMs, memoryBytes }: CheckOptions,
): Promise<string> {
  const name = models.find(({ verdict }) => verdict === "violated")?.model ?? "";
  const found = counterexampleOf(ops, await loadModel(name), { timeMs, memoryBytes });
  if (found === null)
    throw new LockjepsenError(
      "internal",
      `${file} is violated as ${name}, and no part of it is`,
      "report it",
    );
  write(out, eventsOf(found.ops));
  return `${count(found.ops.count, "operation")} of ${ops.count} show it, the last by event ${found.at}: ${found.judgement.reason}. Judge them again: lockjepsen check --model ${name} ${out}`;
}

async function ofRun(
  { judged }: Extract<Checked, { kind: "run" }>,
  path: string,
  out: string,
): Promise<string> {
  const history = await readHistory(path);
  const finding = judged.findings.find(({ severity }) => severity === "violation");
  if (finding === undefined)
    throw new LockjepsenError("internal", `${path} is violated by nothing`, "report it");
  const alone = findingAlone(history, finding);
  write(
    out,
    alone.events.map((event) => ({ ...event, index: undefined })),
  );
  return `${count(alone.events.length, "event")} of ${history.events.length} show the ${finding.kind}: ${finding.explanation} Judge them again: lockjepsen check ${out}`;
}

function write(out: string, events: readonly unknown[]): void {
  if (existsSync(out) && statSync(out).isDirectory())
    throw new LockjepsenError("usage", `--minimize: ${out} is a directory`, "name a file");
  writing(out, "name another file", () =>
    writeFileSync(out, events.map((event) => `${JSON.stringify(event)}\n`).join("")),
  );
}
