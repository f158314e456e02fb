import { F, rowOf } from "../../src/history/columns.js";
import { search } from "../search/search.js";
import { register } from "./register.js";
import type { Model, Part } from "./types.js";
import { judgeByZones } from "./zones.js";

/** A register with compare-and-set: a `cas` of [old new] that was ok met the old value. By search. */
export const casRegister: Model = {
  name: "cas-register",
  description: "a register with compare-and-set, which succeeds only on the value it expects",
  operations: ["read", "write", "cas"],
  owned: false,
  specification: {
    ...register.specification,
    step(state, op) {
      if (op.f !== "cas") return register.specification.step(state, op);
      return state === op.value ? op.extra : undefined;
    },
  },
  judge: (part, limits) => (hasCas(part) ? null : judgeByZones(part)) ?? search(part, casRegister, limits),
};

const hasCas = ({ ops, events }: Part): boolean => events.some((event) => ops.f[rowOf(event)] === F.cas);
