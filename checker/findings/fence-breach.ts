import type { RegisterEvent } from "../../src/history/event.js";
import { at, indices, who } from "../explain/words.js";
import type { RegisterFact } from "../facts/index.js";
import type { Checker, Finding } from "../types.js";

export const fenceBreach: Checker = {
  name: "fence-breach",
  description: "with fencing on, the register accepted a token below the highest it had seen",
  check: (analysis) => {
    const { fencing } = analysis.context;
    if (fencing !== "on" && fencing !== "writes") return [];
    return [...analysis.registers.values()].flatMap((register) => inLog(register, fencing));
  },
};

function inLog({ log }: RegisterFact, fencing: "on" | "writes"): readonly Finding[] {
  const findings: Finding[] = [];
  let highest: { token: bigint; event: RegisterEvent } | undefined;
  for (const event of log) {
    // A fence on writes alone looks at no read; a final read is made by nobody's grant.
    if (event.type !== "ok" || (event.f === "read" && (fencing === "writes" || event.grant === undefined)))
      continue;
    const token = event.token === undefined ? null : BigInt(event.token);
    if (highest && (token === null || token < highest.token)) findings.push(findingOf(event, highest.event));
    if (token !== null && token > (highest?.token ?? -1n)) highest = { token, event };
  }
  return findings;
}

function findingOf(event: RegisterEvent, highest: RegisterEvent): Finding {
  const by = who({ client: event.client, process: event.by });
  const presented = event.token === undefined ? "without a token" : `with token ${event.token}`;
  return {
    kind: "fence-breach",
    severity: "violation",
    expected: false,
    explanation: `The register had seen token ${highest.token} at ${at(highest.time)}. However, it accepted a ${event.f} of ${by} ${presented} at ${at(event.time)}: the fence did not hold.`,
    ops: indices(highest, event),
    time: event.time,
    lock: event.lock,
  };
}
