import { at, indices, who } from "../explain/words.js";
import type { Checker } from "../types.js";

export const unlockedWrite: Checker = {
  name: "unlocked-write",
  description: "a client wrote without having the lock",
  check: ({ operations, registers }) =>
    operations
      // Refused, or never arrived: then nothing was written.
      .filter(
        ({ f, lock, invoke, outcome }) =>
          f === "write" &&
          invoke.grant === undefined &&
          (outcome === "ok" || registers.get(lock)?.versionOf(invoke.id) !== undefined),
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
