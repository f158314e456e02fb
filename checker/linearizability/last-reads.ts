import type { RegisterEvent } from "../../src/history/event.js";
import type { JudgeContext } from "../../src/history/context.js";
import type { Op } from "../../src/history/pairs.js";
import { lineageOf, type RegisterFact } from "../facts/register.js";

/** A last read that shows something else than the log, and what. */
export interface WrongRead {
  readonly read: Op;
  readonly wrong: string;
}

/**
 * The last reads against the register's log: the version that stood then, and (for the workloads whose values tell) the
 * value that was made on the way to it.
 */
export function wrongLastReads(
  operations: readonly Op[],
  register: RegisterFact,
  context: Pick<JudgeContext, "workload" | "sum">,
): readonly WrongRead[] {
  const reads = operations.filter(
    ({ f, invoke, outcome }) => f === "read" && invoke.final && outcome === "ok",
  );
  if (reads.length === 0) return [];
  const elements = new Map(
    operations.flatMap(({ f, invoke }) => (f === "write" ? [[invoke.id, invoke.value]] : [])),
  );
  return reads.flatMap((read) => {
    const wrong = wrongVersion(read, register) ?? wrongValue(read, register, context, elements);
    return wrong === null ? [] : [{ read, wrong }];
  });
}

function wrongVersion({ invoke, completion }: Op, { writes, finalVersion }: RegisterFact): string | null {
  const version = completion?.version ?? 0;
  const least = countWhile(writes, (write) => write.time < invoke.time);
  const most = completion ? countWhile(writes, (write) => write.time <= completion.time) : finalVersion;
  return least <= version && version <= most ? null : `it shows version ${version} instead of ${most}`;
}

function countWhile(writes: RegisterFact["writes"], test: (write: RegisterEvent) => boolean): number {
  let low = 0;
  let high = writes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const write = writes[middle];
    if (write && test(write)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function wrongValue(
  { completion }: Op,
  { writes }: RegisterFact,
  { workload, sum }: Pick<JudgeContext, "workload" | "sum">,
  elements: ReadonlyMap<string | undefined, unknown>,
): string | null {
  const value = completion?.value;
  const lineage = lineageOf(completion?.version ?? 0, writes);
  if (workload === "counter" || workload === "leader")
    return value === lineage.length
      ? null
      : `it shows ${String(value)}, and ${lineage.length} writes led to it`;
  if (sum) {
    const parts = lineage.map((version) =>
      sum.by === "element" ? elements.get(writes[version]?.id) : sum.by,
    );
    const made = parts.reduce<number>((total, part) => total + Number(part), sum.initial);
    return value === made ? null : `it shows ${String(value)}, and what led to it makes ${made}`;
  }
  if (workload !== "set") return null; // a workload of the user's own: only its checker knows
  const expected = lineage.map((version) => elements.get(writes[version]?.id)).toReversed();
  const same =
    Array.isArray(value) &&
    expected.length === value.length &&
    expected.every((element, n) => element === value[n]);
  if (same) return null;
  const count = Array.isArray(value) ? `${value.length} elements` : "no set";
  return `it shows ${count}, and not the ${expected.length} that were written on the way to it`;
}
