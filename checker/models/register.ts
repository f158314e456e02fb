import { canonical } from "../../src/history/values.js";
import { search } from "../search/search.js";
import type { Model } from "./types.js";
import { judgeByZones } from "./zones.js";

/**
 * A register that is read and written. Empty (null) before the first write.
 *
 * Where every value is written once, by zones (Gibbons and Korach, "Testing Shared Memories", SIAM J. Comput. 26(4),
 * 1997, section 4) in O(n); else by search. Open operations:
 *
 * - An open read says nothing and is left out.
 * - An open write that nobody read is left out: it may never have happened, or last of all.
 * - An open write that was read did happen, after its invocation and before the first read of it returned. It has no
 *   return of its own: counted as returned at the history's end, it would let an older value be read after it.
 */
export const register: Model = {
  name: "register",
  description: "a register: a read returns what was written last",
  operations: ["read", "write"],
  owned: false,
  specification: {
    init: null,
    step(state, { f, value, outcome }) {
      if (f === "write") return value;
      return outcome === "info" || value === state ? state : undefined;
    },
    isPure: ({ f }) => f === "read",
    overwrites: ({ f }) => f === "write",
    key: (state) => (typeof state === "number" ? state : canonical(state)),
    describe: (state) => (state === null ? "empty" : canonical(state)),
  },
  judge: (part, limits) => judgeByZones(part) ?? search(part, register, limits),
};
