import { at, indices } from "../explain/words.js";
import type { Checker } from "../types.js";

export const unrecovered: Checker = {
  name: "unrecovered",
  description: "the cluster did not become healthy again within its bound after all faults were healed",
  check: ({ recoveries }) =>
    recoveries
      .filter(({ type }) => type === "fail")
      .map((event) => ({
        kind: "unrecovered",
        severity: "violation",
        expected: false,
        explanation: `${event.fault === "all" ? "All faults were healed" : `The fault ${event.fault} was healed`}. However, at ${at(event.time)} the cluster was still not healthy: ${event.error ?? "it did not answer"}.`,
        ops: indices(event),
        time: event.time,
      })),
};
