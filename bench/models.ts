/**
 * Processor time and memory of every model that is not left to the search. Each figure is of a process of its own that
 * judges once, as `check` does.
 */
import { spawnSync } from "node:child_process";
import { checkModel, modelOf } from "../checker/index.js";
import { columnBuilder } from "../src/history/column-builder.js";
import { F, type OpColumns } from "../src/history/columns.js";
import { clear, createDraft, TYPE } from "../src/history/draft.js";

const CLIENTS = 10;
const LOCKS = [
  "mutex",
  "owner-mutex",
  "reentrant-mutex",
  "semaphore:3",
  "rw-lock",
  "fenced-mutex",
  "reentrant-fenced-mutex",
];
const MODELS = [...LOCKS, "register", "set", "lost-update"];
/** Of owner-mutex, where every process takes the lock but once: an attack on whoever keeps something of each. */
const DISTINCT = "owner-mutex, each process once";

interface Asked {
  readonly f: keyof typeof F;
  readonly value?: number;
  readonly extra?: number;
  readonly token?: number;
}

/** What the n-th operation is: each takes effect before the next does. */
function operation(model: string, n: number): Asked {
  if (model === "register") return n % 2 === 0 ? { f: "write", value: n } : { f: "read", value: n - 1 };
  if (model === "set") return { f: "add", value: n };
  if (model === "lost-update")
    return n % 2 === 0 ? { f: "read", value: n } : { f: "write", value: n + 1, extra: n - 1 };
  const f = n % 2 === 0 ? "acquire" : "release";
  return model.includes("fenced") ? { f, token: n >> 1 } : { f };
}

/** Of clients that take turns. Two operations are under way at a time, but of locks one. */
function history(model: string, count: number): OpColumns {
  const builder = columnBuilder();
  builder.reserve(count);
  const draft = createDraft();
  const isLock = model === DISTINCT || LOCKS.includes(model);
  const tell = (n: number, type: number): void => {
    const { f, value, extra, token } = operation(model, n);
    clear(draft);
    draft.type = type;
    draft.process = model === DISTINCT ? n >> 1 : isLock ? (n >> 1) % CLIENTS : n % CLIENTS;
    draft.f = F[f];
    if (value !== undefined && (type === TYPE.ok || f !== "read")) draft.value = value;
    if (extra !== undefined) draft.extra = extra;
    if (token !== undefined && (type === TYPE.ok || f !== "acquire")) draft.token = token;
    const wrong = builder.take(draft);
    if (wrong !== null) throw new Error(wrong);
  };
  for (let n = 0; n < count; n += isLock ? 1 : 2) {
    tell(n, TYPE.invoke);
    if (!isLock) tell(n + 1, TYPE.invoke);
    tell(n, TYPE.ok);
    if (!isLock) tell(n + 1, TYPE.ok);
  }
  return builder.finish();
}

function measure(model: string, count: number): void {
  const ops = history(model, count);
  const before = process.memoryUsage.rss();
  const used = process.cpuUsage();
  const { verdict } = checkModel(ops, modelOf(model === DISTINCT ? "owner-mutex" : model));
  const { user, system } = process.cpuUsage(used);
  const most = process.resourceUsage().maxRSS / 1_024;
  console.log(
    [
      model.padEnd(32),
      String(count).padStart(9),
      `${Math.round((user + system) / 1e3)} ms`.padStart(10),
      `${Math.round(before / 2 ** 20)} MB`.padStart(9),
      `${Math.round(most)} MB`.padStart(9),
      ` ${verdict}`,
    ].join(""),
  );
}

/** All of them, by a million and ten million operations where `most` is that; or one. */
export function measureModels(most: number, model: string | undefined, program: string): void {
  if (model !== undefined) return measure(model, most);
  console.log(`${"".padEnd(41)} processor   before      most`);
  for (const each of [...MODELS, DISTINCT])
    for (const count of [most / 10, most])
      spawnSync(process.execPath, [program, String(count), "models", each], {
        stdio: "inherit",
      });
}
