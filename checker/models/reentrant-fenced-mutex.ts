import { cell, F, isReturn, NIL, OUTCOME, rowOf } from "../../src/history/columns.js";
import { search } from "../search/search.js";
import { placesOf } from "./places.js";
import { compareTokens, risingTokens } from "./tokens.js";
import type { Judgement, Model, Part } from "./types.js";
import { named } from "./words.js";

type Token = number | bigint;

interface Hold {
  readonly owner: number;
  readonly depth: number;
  /** null: the answer that told it was lost. */
  readonly token: Token | null;
}

interface Fence {
  readonly granted: Token | null;
  /** By owner, ascending. */
  readonly holds: readonly Hold[];
}

/**
 * As `fenced-mutex`, and whoever holds may acquire again: that returns the token of its hold. Holds of different owners
 * may overlap, for leases end; an owner releases as often as it acquired, and no more often.
 */
export const reentrantFencedMutex: Model<Fence> = {
  name: "reentrant-fenced-mutex",
  description: "leases: tokens rise with every new hold, and a nested acquire returns the token of its hold",
  operations: ["acquire", "release"],
  owned: true,
  specification: {
    init: { granted: null, holds: [] },
    step(fence, { f, owner, token, outcome }) {
      if (outcome === "held") return fence;
      const hold = fence.holds.find((each) => each.owner === owner);
      const told = token as Token | null;
      if (f === "release") {
        if (!hold) return undefined;
        return withHold(fence, { ...hold, depth: hold.depth - 1 });
      }
      if (hold && told !== null && hold.token !== null && told !== hold.token) return undefined;
      if (hold?.token !== undefined && hold.token !== null)
        return withHold(fence, { ...hold, depth: hold.depth + 1 });
      // Only a hold whose own answer was lost has no token yet: what it nests tells it.
      if (!hold && told !== null && fence.granted !== null && told <= fence.granted) return undefined;
      const granted =
        told !== null && (fence.granted === null || told > fence.granted) ? told : fence.granted;
      return withHold({ ...fence, granted }, { owner, depth: (hold?.depth ?? 0) + 1, token: told });
    },
    isPure: ({ outcome }) => outcome === "held",
    key: ({ granted, holds }) =>
      `${granted} ${holds.map(({ owner, depth, token }) => `${owner}:${depth}:${token}`).join(" ")}`,
    describe: ({ granted, holds }) => `highest token ${granted ?? "none"}, ${holds.length} holds`,
  },
  judge: (part, limits) => judge(part) ?? search(part, reentrantFencedMutex, limits),
};

function withHold(fence: Fence, hold: Hold): Fence {
  const others = fence.holds.filter(({ owner }) => owner !== hold.owner);
  if (hold.depth === 0) return { ...fence, holds: others };
  return { ...fence, holds: [...others, hold].sort((a, b) => a.owner - b.owner) };
}

/**
 * In O(n), owner by owner: what nests depends on nobody else, and of the outermost acquires the tokens rise. After an open
 * operation an owner may only release, as often as it may have acquired. null: somebody does more than that.
 */
function judge({ ops, events }: Part): Judgement | null {
  const { place, count } = placesOf(events, ops.owner, false);
  const depth = new Int32Array(count);
  const retired = new Uint8Array(count);
  const busy = new Uint8Array(count);
  const holder = new Int32Array(count);
  const outermost = new Int32Array(events.length);
  let outer = 0;
  let flawed: Judgement | null = null;
  for (const event of events) {
    const row = rowOf(event);
    const who = place(ops.owner[row]!);
    const acquires = ops.f[row] === F.acquire;
    if (ops.outcome[row] === OUTCOME.held) continue;
    if (!isReturn(event)) {
      if (busy[who] === 1 || (acquires && retired[who] === 1)) return null;
      if (ops.outcome[row] === OUTCOME.info) {
        retired[who] = 1;
        if (acquires) depth[who]! += 1;
        continue;
      }
      busy[who] = 1;
      if (!acquires) continue;
      if (cell(ops.token, row) === NIL) return null;
      if (depth[who] === 0) outermost[outer++] = event;
      continue;
    }
    busy[who] = 0;
    if (!acquires) {
      depth[who]! -= 1;
      if (depth[who]! < 0) {
        flawed ??= {
          verdict: "violated",
          reason: `${named(ops, row)} was told that it released what it did not hold`,
          witness: [row],
          at: ops.complete[row]!,
        };
        depth[who] = 0;
      }
      continue;
    }
    depth[who]! += 1;
    if (depth[who] === 1) {
      outermost[outer++] = event;
      holder[who] = row;
    } else if (compareTokens(ops, cell(ops.token, row), cell(ops.token, holder[who]!)) !== 0)
      flawed ??= {
        verdict: "violated",
        reason: `${named(ops, row)} was nested in ${named(ops, holder[who]!)} and has another token`,
        witness: [holder[who]!, row],
        at: ops.complete[row]!,
      };
  }
  return flawed ?? risingTokens(ops, outermost.subarray(0, outer), () => true, true) ?? { verdict: "valid" };
}
