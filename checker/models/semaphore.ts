import { search } from "../search/search.js";
import { judgeHolds } from "./sweep.js";
import type { Model } from "./types.js";

/** So many permits, each of which is released by whom it was given to. By a sweep (`holds.ts`), else by search. */
export function semaphore(permits: number): Model<readonly number[]> {
  const model: Model<readonly number[]> = {
    name: `semaphore:${permits}`,
    description: `at most ${permits} ${permits === 1 ? "permit is" : "permits are"} held at a time, and only holders release`,
    operations: ["acquire", "release"],
    owned: true,
    specification: {
      init: [],
      step(holders, { f, owner, outcome }) {
        if (outcome === "held") return holders.length === permits ? holders : undefined;
        if (f === "acquire")
          return holders.length < permits ? [...holders, owner].sort((a, b) => a - b) : undefined;
        const at = holders.indexOf(owner);
        return at < 0 ? undefined : holders.toSpliced(at, 1);
      },
      isPure: ({ outcome }) => outcome === "held",
      key: (holders) => holders.join(" "),
      describe: (holders) => `${holders.length} of ${permits} permits held`,
    },
    judge: (part, limits) =>
      judgeHolds(part, { reentrant: false, shared: true, permits }) ?? search(part, model, limits),
  };
  return model;
}
