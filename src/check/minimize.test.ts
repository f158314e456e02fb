import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { OpColumns } from "../history/columns.js";
import { checkFile } from "./check-file.js";
import { minimize } from "./minimize.js";
import type { CheckOptions } from "./types.js";

const options: CheckOptions = {
  models: [],
  lenient: false,
  timeMs: 10_000,
  memoryBytes: 1 << 28,
  threads: 1,
};
const GOLDEN = join(import.meta.dirname, "../../checker/golden");

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-minimize-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test("of a history: two holds, that check rejects again", async () => {
  const directory = scratch();
  const file = join(directory, "history.jsonl");
  const out = join(directory, "small.jsonl");
  const hold = (process: number, more: readonly string[] = []): readonly string[] => [
    ...["invoke", "ok"].map((type) => JSON.stringify({ process, type, f: "acquire" })),
    ...more,
    ...["invoke", "ok"].map((type) => JSON.stringify({ process, type, f: "release" })),
  ];
  const lines = [0, 1, 2, 3].flatMap((process) => hold(process));
  writeFileSync(file, `${[...lines, ...hold(1, hold(2)), ...lines].join("\n")}\n`);
  const named = { ...options, models: ["owner-mutex"] };
  const read: OpColumns[] = [];
  const checked = await checkFile(file, named, (ops) => read.push(ops));
  const words = await minimize(checked, file, out, named, read[0] ?? null);
  expect(words).toMatch(/^2 operations of 20 show it, the last by event 19: /);
  expect(readFileSync(out, "utf8").trim().split("\n")).toHaveLength(4);
  expect(await checkFile(out, named)).toMatchObject({ verdict: "violated" });
});

test("of a run: the finding with its cause and its fault", async () => {
  const out = join(scratch(), "small.jsonl");
  const file = join(GOLDEN, "overlap/outlived-lease-paused-holder-bad.jsonl");
  const checked = await checkFile(file, options);
  await minimize(checked, file, out, options, null);
  const again = await checkFile(out, options);
  if (again.kind !== "run" || checked.kind !== "run") return expect.unreachable();
  const first = checked.judged.findings.find(({ severity }) => severity === "violation");
  const same = again.judged.findings.find(({ kind }) => kind === first?.kind);
  expect(same).toMatchObject({ cause: first?.cause, faults: first?.faults, explanation: first?.explanation });
});

test("of what is not violated there is none", async () => {
  const file = join(GOLDEN, "overlap/released-in-time-ok.jsonl");
  await expect(minimize(await checkFile(file, options), file, "/dev/null", options, null)).rejects.toThrow(
    /so there is no counterexample/,
  );
});
