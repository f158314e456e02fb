import type { Sum } from "../../src/history/context.js";
import type { ClientEvent } from "../../src/history/event.js";
import type { Op } from "../../src/history/pairs.js";
import type { Analysis } from "../analysis.js";
import { at, indices, who } from "../explain/words.js";
import type { Checker, Finding } from "../types.js";

export const imbalance: Checker = {
  name: "imbalance",
  description: "what was acknowledged and what is left at the end do not add up",
  check: (analysis) => {
    const { sum } = analysis.context;
    return sum ? analysis.context.locks.flatMap((lock) => inLock(lock, sum, analysis)) : [];
  },
};

/**
 * By the clients' own books alone, whatever the register's log says: the value began at `initial`, and each write adds its
 * part. Those that were acknowledged are in it for certain, those that are open may be.
 */
function inLock(lock: string, sum: Sum, { operations }: Analysis): readonly Finding[] {
  const mine = operations.filter((operation) => operation.lock === lock);
  const last = mine.findLast(isLastRead);
  const value = last?.completion.value;
  if (!last || typeof value !== "number") return [];
  const writes = mine.filter(({ f }) => f === "write");
  const partsOf = (outcome: Op["outcome"]): readonly number[] =>
    writes.filter((write) => write.outcome === outcome).map((write) => partOf(write, sum));
  const [told, open] = [partsOf("ok"), partsOf("info")];
  const certain = sum.initial + total(told);
  const least = certain + total(open.map((part) => Math.min(part, 0)));
  const most = certain + total(open.map((part) => Math.max(part, 0)));
  const tooFar = sum.goal !== undefined && value > sum.goal;
  if (value >= least && value <= most && !tooFar) return [];
  const range = least === most ? `${least}` : `between ${least} and ${most}`;
  return [
    {
      kind: "imbalance",
      severity: "violation",
      explanation: [
        `The value of ${lock} was ${sum.initial} at first, and ${told.length} writes that add ${total(told)} in all were acknowledged${open.length > 0 ? `; of ${open.length} more nobody knows` : ""}.`,
        `However, ${who(last.invoke)} read ${value} at ${at(last.completion.time)}, when all was over: it must be ${range}${tooFar ? `, and never above ${sum.goal}` : ""}.`,
      ].join(" "),
      ops: indices(last.invoke, last.completion),
      time: last.completion.time,
      lock,
    },
  ];
}

export const isLastRead = (op: Op): op is Op & { readonly completion: ClientEvent } =>
  op.f === "read" && op.invoke.final === true && op.outcome === "ok";

/** What a write adds. */
export function partOf({ invoke: { value } }: Op, { by }: Sum): number {
  if (by !== "element") return by;
  return typeof value === "number" ? value : 0;
}

const total = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0);
