import { cell, F, NIL } from "../../src/history/columns.js";
import { risingTokens } from "./tokens.js";
import type { Model } from "./types.js";

type Token = number | bigint;

interface Fence {
  /** The highest token that was granted. */
  readonly granted: Token | null;
  /** The highest token that a read or write has shown to what the lock guards. */
  readonly shown: Token | null;
}

/**
 * A lock with leases: holds may overlap, but every grant has a token above all before it, and what the lock guards never
 * accepts a token below one that it has seen (a refused one is a `fail`).
 */
export const fencedMutex: Model<Fence> = {
  name: "fenced-mutex",
  description:
    "leases: tokens rise with every grant, and reads and writes never show a lower one than was seen",
  operations: ["acquire", "release", "read", "write"],
  owned: false,
  specification: {
    init: { granted: null, shown: null },
    step(fence, { f, token, outcome }) {
      if (token === null || outcome === "held" || f === "release") return fence;
      const shown = token as Token;
      if (f === "acquire")
        return fence.granted !== null && shown <= fence.granted ? undefined : { ...fence, granted: shown };
      return fence.shown !== null && shown < fence.shown ? undefined : { ...fence, shown };
    },
    key: ({ granted, shown }) => `${granted} ${shown}`,
    describe: ({ granted, shown }) => `highest token granted ${granted ?? "none"}, shown ${shown ?? "none"}`,
  },
  judge({ ops, events }) {
    const carries = (row: number): boolean => cell(ops.token, row) !== NIL;
    return (
      risingTokens(ops, events, (row) => ops.f[row] === F.acquire && carries(row), true) ??
      risingTokens(
        ops,
        events,
        (row) => (ops.f[row] === F.read || ops.f[row] === F.write) && carries(row),
        false,
      ) ?? { verdict: "valid" }
    );
  },
};
