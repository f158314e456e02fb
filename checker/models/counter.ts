import { search } from "../search/search.js";
import type { Model } from "./types.js";

/** A number that is added to and read; 0 at first. By search: which additions a read has seen is a sum of a subset. */
export const counter: Model<number> = {
  name: "counter",
  description: "a number that is added to: a read returns the sum",
  operations: ["add", "read"],
  owned: false,
  specification: {
    init: 0,
    step(sum, { f, value, outcome }) {
      if (f === "add") return sum + Number(value);
      return outcome === "info" || value === sum ? sum : undefined;
    },
    isPure: ({ f }) => f === "read",
    commutes: ({ f }) => f === "add",
  },
  judge: (part, limits) => search(part, counter, limits),
};
