import { search } from "../search/search.js";
import { judgeHolds } from "./sweep.js";
import type { Model } from "./types.js";

interface Held {
  readonly owner: number;
  readonly depth: number;
}

/** A lock that its owner may take again; it is free when it was released as often. By a sweep, else by search. */
export const reentrantMutex: Model<Held | null> = {
  name: "reentrant-mutex",
  description: "one owner holds at a time, as often as it likes, and releases as often",
  operations: ["acquire", "release"],
  owned: true,
  specification: {
    init: null,
    step(held, { f, owner, outcome }) {
      if (outcome === "held") return held === null || held.owner === owner ? undefined : held;
      if (f === "acquire") {
        if (held === null) return { owner, depth: 1 };
        return held.owner === owner ? { owner, depth: held.depth + 1 } : undefined;
      }
      if (held === null || held.owner !== owner) return undefined;
      return held.depth === 1 ? null : { owner, depth: held.depth - 1 };
    },
    isPure: ({ outcome }) => outcome === "held",
    key: (held) => (held === null ? "" : `${held.owner} ${held.depth}`),
    describe: (held) => (held === null ? "free" : `held ${held.depth} deep`),
  },
  judge: (part, limits) =>
    judgeHolds(part, { reentrant: true, shared: false, permits: 1 }) ?? search(part, reentrantMutex, limits),
};
