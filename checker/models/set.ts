import { canonical } from "../../src/history/values.js";
import { judgeSet, membersOf } from "./chain-of-sets.js";
import type { Model } from "./types.js";

/** A set that elements are added to; a read returns all of it. Adding what is there changes nothing. In O(n). */
export const set: Model<readonly string[]> = {
  name: "set",
  description: "a set: a read returns every element added before it, and no other",
  operations: ["add", "read"],
  owned: false,
  specification: {
    init: [],
    step(elements, { f, value, outcome }) {
      if (f === "add") {
        const element = canonical(value);
        return elements.includes(element) ? elements : [...elements, element].sort();
      }
      if (outcome === "info") return elements;
      const read = membersOf(value)?.map(canonical);
      if (!read) return undefined;
      return canonical([...new Set(read)].sort()) === canonical(elements) ? elements : undefined;
    },
    isPure: ({ f }) => f === "read",
    key: (elements) => elements.join("\n"),
    describe: (elements) => `{${elements.join(" ")}}`,
  },
  judge: judgeSet,
};
