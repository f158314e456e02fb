import { at, indices, who } from "../explain/words.js";
import type { Checker } from "../types.js";

export const unlockedWrite: Checker = {
  name: "unlocked-write",
  description: "a client wrote without having the lock",
  check: ({ operations }) =>
    operations
      // A write that was refused certainly did no harm; any other may have been applied.
      .filter(
        ({ invoke, completion }) =>
          invoke.f === "write" && invoke.grant === undefined && completion?.type !== "fail",
      )
      .map(({ invoke, completion }) => ({
        kind: "unlocked-write",
        severity: "violation",
        // Nobody promises anything to a client that does not hold.
        expected: true,
        explanation: `${who(invoke)} had not been granted ${invoke.lock}. However, it went on and wrote at ${at(invoke.time)}: this client is heedless of the lock's answer.`,
        ops: indices(invoke, completion),
        time: invoke.time,
        lock: invoke.lock,
      })),
};
