import { F, isReturn, OUTCOME, rowOf } from "../../src/history/columns.js";
import { createPending } from "./pending.js";
import type { Judgement, Model, Part } from "./types.js";
import { named } from "./words.js";

/**
 * A lock that knows no owner: acquires and releases by turns, whoever does them.
 *
 * Greedy, in O(n log n). Nothing takes effect before it must, that is before something returns; and where the one that
 * returns needs another before it (an acquire needs a release first where the lock is held), that is the one of the other
 * sort that must return soonest. No other choice does better: two of a sort differ in their deadlines alone, so they may
 * be exchanged; and a pair that an order puts before the one that returns may as well come right after it, for the state
 * is the same again after a pair. Open operations have no deadline, and so are used last.
 */
export const mutex: Model<boolean> = {
  name: "mutex",
  description: "acquires and releases by turns, whoever does them",
  operations: ["acquire", "release"],
  owned: false,
  specification: {
    init: false,
    step(held, { f, outcome }) {
      if (outcome === "held") return held ? held : undefined;
      return (f === "acquire") === held ? undefined : !held;
    },
    isPure: ({ outcome }) => outcome === "held",
    describe: (held) => (held ? "held" : "free"),
  },
  judge,
};

function judge({ ops, events }: Part): Judgement {
  const deadline = (row: number): number => ops.complete[row]!;
  const acquires = createPending(deadline);
  const releases = createPending(deadline);
  /** Operations that had their effect before they returned, and refused acquires that met a held lock. */
  const done = new Set<number>();
  const refused = new Set<number>();
  let held = false;
  let last = -1;

  /** Lets the most urgent one of a sort have its effect. */
  function effect(pending: typeof acquires): boolean {
    const row = pending.pop();
    if (row < 0) return false;
    done.add(row);
    turn(row);
    return true;
  }

  function turn(row: number): void {
    held = !held;
    last = row;
    if (held) refused.clear();
  }

  for (const event of events) {
    const row = rowOf(event);
    const isAcquire = ops.f[row] === F.acquire;
    if (ops.outcome[row] === OUTCOME.held) {
      if (!isReturn(event)) {
        if (!held) refused.add(row);
        continue;
      }
      if (!refused.delete(row)) continue;
      if (!effect(acquires))
        return impossible(row, "was refused because the lock was held, and nobody can have held it then");
      continue;
    }
    const own = isAcquire ? acquires : releases;
    if (!isReturn(event)) {
      own.push(row);
      continue;
    }
    if (done.delete(row)) continue;
    if (held === isAcquire && !effect(isAcquire ? releases : acquires))
      return impossible(
        row,
        isAcquire
          ? "was told that it got the lock while it was held, and nobody had asked to release it"
          : "was told that it released a lock that was free",
      );
    // Of its own sort it is the most urgent one: it returns now, and the others later.
    own.pop();
    turn(row);
  }
  return { verdict: "valid" };

  function impossible(row: number, what: string): Judgement {
    const witness = last < 0 ? [row] : [last, row].sort((a, b) => a - b);
    return { verdict: "violated", reason: `${named(ops, row)} ${what}`, witness, at: ops.complete[row]! };
  }
}
