import type { Fencing } from "../../src/history/context.js";

/** What a client asks of the register of a scenario, and when that is done. */
export interface Request {
  readonly applied: number;
  readonly f: "read" | "write";
  readonly lock: string;
  /** Whose requests are computed from one another: a grant, or a process without one. */
  readonly holder: string;
  readonly token?: bigint;
  /** The element written. */
  readonly element?: unknown;
  /** Instead of the version that the holder saw last. */
  readonly parent?: number;
  /** Against what the fence says. */
  readonly force?: "ok" | "fail";
}

export interface Outcome {
  readonly type: "ok" | "fail";
  readonly version: number;
  /** write: the version that it was computed from. */
  readonly parent: number;
  /** The value at `version`: its elements, the oldest first. */
  readonly value: readonly unknown[];
}

/**
 * Does requests in order of `applied` (then of the list), as the real register would: versions count the writes, each
 * replaces the value by what its holder had seen and one element more. Outcomes in the order of the list.
 */
export function playRegister(requests: readonly Request[], fencing: Fencing): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const values = new Map<string, (readonly unknown[])[]>();
  const highest = new Map<string, bigint>();
  const seen = new Map<string, number>();
  const inOrder = requests
    .map((request, place) => ({ request, place }))
    .toSorted((a, b) => a.request.applied - b.request.applied);
  for (const { request, place } of inOrder) {
    const { f, lock, holder, token } = request;
    const past = values.get(lock) ?? [[]];
    values.set(lock, past);
    const mark = highest.get(lock) ?? -1n;
    const looks =
      fencing === "on" ? f === "write" || token !== undefined : fencing === "writes" && f === "write";
    const passes = !looks || (token !== undefined && token >= mark);
    const type = request.force ?? (passes ? "ok" : "fail");
    if (looks && token !== undefined && token > mark) highest.set(lock, token);
    const parent = request.parent ?? seen.get(holder) ?? 0;
    if (type === "ok") {
      if (f === "write") past.push([...(past[parent] ?? []), request.element]);
      seen.set(holder, past.length - 1);
    }
    outcomes[place] = { type, version: past.length - 1, parent, value: past.at(-1) ?? [] };
  }
  return outcomes;
}
