import { cell, NEVER, NIL, OUTCOME, type OpColumns } from "../columns.js";
import { plain } from "./json-lines.js";

/** Named colours that both Perfetto and Chrome know. */
const COLOURS = {
  [OUTCOME.ok]: "good",
  [OUTCOME.fail]: "grey",
  [OUTCOME.info]: "bad",
  [OUTCOME.held]: "grey",
} as const;
const OUTCOMES = ["ok", "fail", "info", "held"];

/**
 * A history as a trace of complete events, for ui.perfetto.dev or chrome://tracing: a row for each process, in groups by
 * lock or key. Without clocks a place in the history counts as a microsecond. By pieces.
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
export function* toPerfetto(ops: OpColumns): Generator<string, void, undefined> {
  const end = endOf(ops);
  yield '{"displayTimeUnit":"ns","traceEvents":[\n';
  for (const [pid, key] of ops.keys.entries())
    yield `${JSON.stringify({ ph: "M", name: "process_name", pid, tid: 0, args: { name: key === null ? "no lock or key" : JSON.stringify(key, plain) } })},\n`;
  const named = new Set<string>();
  for (let row = 0; row < ops.count; row += 1) {
    const [pid, tid] = [ops.key[row]!, ops.process[row]! >>> 0];
    if (!named.has(`${pid} ${tid}`) && named.size < MOST_NAMED) {
      named.add(`${pid} ${tid}`);
      const name = `process ${ops.nameOf(ops.process[row]!)}`;
      yield `${JSON.stringify({ ph: "M", name: "thread_name", pid, tid, args: { name } })},\n`;
    }
    const from = startOf(ops, row);
    yield `${JSON.stringify({ ph: "X", name: nameOf(ops, row), cat: OUTCOMES[ops.outcome[row]!], cname: COLOURS[ops.outcome[row] as keyof typeof COLOURS], pid, tid, ts: from, dur: Math.max(0, returnOf(ops, row, end) - from), args: argsOf(ops, row) }, plain)},\n`;
  }
  // A trailing comma is no JSON: a last event that says nothing spares looking ahead.
  yield '{"ph":"M","name":"trace","pid":0,"tid":0,"args":{}}\n]}\n';
}

const MOST_NAMED = 100_000;

/** Microseconds. */
const startOf = (ops: OpColumns, row: number): number =>
  Number.isNaN(ops.invokeTime[row]!) ? ops.invoke[row]! : ops.invokeTime[row]! / 1e3;

function returnOf(ops: OpColumns, row: number, end: number): number {
  if (!Number.isNaN(ops.completeTime[row]!)) return ops.completeTime[row]! / 1e3;
  return ops.complete[row] === NEVER || !Number.isNaN(ops.invokeTime[row]!) ? end : ops.complete[row]!;
}

function endOf(ops: OpColumns): number {
  let end = 0;
  for (let row = 0; row < ops.count; row += 1) {
    const complete = ops.completeTime[row]! / 1e3;
    end = Math.max(end, startOf(ops, row), Number.isNaN(complete) ? 0 : complete);
  }
  return end;
}

function nameOf(ops: OpColumns, row: number): string {
  const value = ops.value[row]!;
  const shown = value === NIL ? "" : ` ${JSON.stringify(ops.valueOf(value), plain).slice(0, 60)}`;
  return `${ops.operations[ops.f[row]!]}${shown}`;
}

const argsOf = (ops: OpColumns, row: number): object => ({
  outcome: OUTCOMES[ops.outcome[row]!],
  event: ops.invoke[row],
  value: ops.valueOf(ops.value[row]!),
  ...(cell(ops.token, row) === NIL ? {} : { token: ops.valueOf(cell(ops.token, row)) }),
});
