/**
 * `npm run bench:checker`: how fast histories are read and judged. Generated histories (`generate.ts`, seed 1), one thread.
 * `npm run bench:checker -- 1000000` ends at a million operations instead of ten; with `read` behind it, files are read
 * and judged, and nothing else; with `models` every model that needs no search is. Processor time is told beside the rate of the clock: others may use the machine, too.
 */
import { spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkModel, modelOf } from "../checker/index.js";
import { columnBuilder } from "../src/history/column-builder.js";
import { NIL, type OpColumns } from "../src/history/columns.js";
import { clear, createDraft, TYPE } from "../src/history/draft.js";
import { readOps } from "../src/history/reading/read-ops.js";
import { generate, type Generated } from "./generate.js";
import { measureModels } from "./models.js";

const MOST = Number(process.argv[2] ?? 10_000_000);
const SIZES = [1_000, 10_000, 100_000, 1_000_000, 10_000_000].filter((size) => size <= MOST);
const PROGRAM = fileURLToPath(import.meta.url);
const directory = mkdtempSync(join(tmpdir(), "lockjepsen-bench-"));

function columns(shape: Generated): OpColumns {
  const builder = columnBuilder();
  builder.reserve(shape.ops * 1.1);
  const draft = createDraft();
  generate(shape, (process, type, f, value) => {
    clear(draft);
    draft.type = TYPE[type];
    draft.process = process;
    draft.f = builder.operation(f);
    const [first, second] = typeof value === "object" && value !== null ? value : [value, null];
    draft.value = first ?? NIL;
    draft.extra = second ?? NIL;
    const wrong = builder.take(draft);
    if (wrong !== null) throw new Error(wrong);
  });
  return builder.finish();
}

/** Milliseconds of the fastest of a few passes: what the machine can do when others leave it alone. */
function fastest(passes: number, action: () => void): number {
  let best = Infinity;
  for (let pass = 0; pass < passes; pass += 1) {
    const began = performance.now();
    action();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

const shown = (milliseconds: number): string =>
  (milliseconds < 10 ? milliseconds.toFixed(2) : milliseconds.toFixed(0)).padStart(9);

function judged(shape: Omit<Generated, "ops" | "seed">, sizes: readonly number[]): void {
  const { model, clients, infoPerMille, violating } = shape;
  const cells = sizes.map((ops) => {
    const history = columns({ ...shape, ops, seed: 1 });
    const used = modelOf(model);
    let verdict = "";
    const time = fastest(ops > 1_000_000 ? 3 : 5, () => {
      ({ verdict } = checkModel(history, used, { timeMs: 120_000 }));
    });
    if (verdict !== (violating ? "violated" : "valid"))
      throw new Error(`${model} with ${ops} operations: ${verdict}`);
    return shown(time);
  });
  console.log(
    `${`${model}, ${clients} clients, ${infoPerMille / 10} % info, ${violating ? "violating" : "valid"}`.padEnd(48)}${cells.join("")}`,
  );
}

async function written(shape: Generated): Promise<string> {
  const path = join(directory, "history.jsonl");
  const out = createWriteStream(path);
  let lines: string[] = [];
  let index = 0;
  const flush = (): void => {
    out.write(lines.join(""));
    lines = [];
  };
  generate(shape, (process, type, f, value) => {
    lines.push(`${JSON.stringify({ index, type, process, f, value, time: index * 1_000 })}\n`);
    index += 1;
    if (lines.length === 10_000) flush();
  });
  flush();
  out.end();
  await once(out, "finish");
  return path;
}

/** Bytes of the columns, the room that they have left included. */
const memoryOf = (ops: OpColumns): number =>
  Object.values(ops).reduce<number>(
    (sum, column: unknown) => sum + (ArrayBuffer.isView(column) ? column.buffer.byteLength : 0),
    0,
  );

async function fromFile(shape: Generated): Promise<void> {
  const path = await written(shape);
  const used = process.cpuUsage();
  const began = performance.now();
  const { ops } = await readOps(path);
  const read = performance.now();
  const { verdict } = checkModel(ops, modelOf(shape.model));
  const done = performance.now();
  const { user, system } = process.cpuUsage(used);
  const megabytes = statSync(path).size / 1e6;
  console.log(
    `${shape.model}, ${shape.ops} operations, ${ops.eventCount} events, ${megabytes.toFixed(0)} MB: ` +
      `${(ops.eventCount / (done - began) / 1e3).toFixed(2)} M events/s to the verdict (${verdict}), ${(ops.eventCount / (user + system)).toFixed(2)} M a second of processor time; reading ${shown(read - began).trim()} ms, ` +
      `judging ${shown(done - read).trim()} ms, ${Math.round(memoryOf(ops) / ops.count)} bytes an operation`,
  );
}

function judgedAll(): void {
  console.log(
    `${"judging alone, ms, by number of operations".padEnd(48)}${SIZES.map((size) => String(size).padStart(9)).join("")}`,
  );
  for (const model of ["owner-mutex", "register"] as const)
    for (const clients of [5, 50])
      for (const infoPerMille of [0, 20])
        for (const violating of [false, true]) judged({ model, clients, infoPerMille, violating }, SIZES);
  for (const infoPerMille of [0, 10])
    for (const violating of [false, true])
      judged(
        { model: "cas-register", clients: 10, infoPerMille, violating },
        SIZES.filter((size) => size <= 100_000),
      );
}

const READ = ["owner-mutex", "register"] as const;

/** Each file in a process of its own, as of most commands: in one that has read another it takes a quarter longer. */
function readAll(): void {
  console.log("\nfrom a file of JSON lines, one thread, each in a process of its own");
  for (const ops of SIZES.filter((size) => size >= 1_000_000))
    for (const model of READ)
      spawnSync(process.execPath, [PROGRAM, String(ops), "read", model], { stdio: "inherit" });
}

try {
  const [, , , what, name] = process.argv;
  const read = READ.find((model) => model === name);
  if (what === "models") measureModels(MOST, name, PROGRAM);
  else if (what === "read" && read !== undefined)
    await fromFile({ model: read, ops: MOST, clients: 5, infoPerMille: 20, violating: false, seed: 1 });
  else {
    if (what !== "read") judgedAll();
    readAll();
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
