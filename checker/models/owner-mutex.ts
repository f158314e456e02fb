import { search } from "../search/search.js";
import { judgeRefusals } from "./held.js";
import { judgeHolds, MUTEX } from "./sweep.js";
import type { Model } from "./types.js";

const FREE = null;

/** A lock that one owner holds at a time and that only this owner releases. By a sweep (`holds.ts`), else by search. */
export const ownerMutex: Model<number | null> = {
  name: "owner-mutex",
  description: "one owner holds at a time, and only the owner releases",
  operations: ["acquire", "release"],
  owned: true,
  specification: {
    init: FREE,
    step(holder, { f, owner, outcome }) {
      if (outcome === "held") return holder === FREE ? undefined : holder;
      if (f === "acquire") return holder === FREE ? owner : undefined;
      return holder === owner ? FREE : undefined;
    },
    isPure: ({ outcome }) => outcome === "held",
    describe: (holder) => (holder === FREE ? "free" : "held"),
  },
  judge: (part, limits) => judgeHolds(part, MUTEX) ?? judgeRefusals(part) ?? search(part, ownerMutex, limits),
};
