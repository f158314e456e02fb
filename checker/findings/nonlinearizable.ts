import type { Op } from "../../src/history/pairs.js";
import type { Analysis } from "../analysis.js";
import { at, indices, reference, wasGranted } from "../explain/words.js";
import type { GrantFact, RegisterFact } from "../facts/index.js";
import { mutexViolation } from "../linearizability/mutex.js";
import {
  registerViolation,
  type RegisterOperation,
  type RegisterViolation,
} from "../linearizability/register.js";
import type { Checker, Finding } from "../types.js";

export const nonlinearizable: Checker = {
  name: "nonlinearizable",
  description:
    "the register (or a lock without lease) answered in a way that fits no order of its operations",
  check: (analysis) =>
    analysis.context.locks.flatMap((lock) => [
      ...registerFindings(lock, analysis),
      ...finalFindings(lock, analysis),
      ...lockFindings(lock, analysis),
    ]),
};

/** The register's own answers, as versions: each is written once. */
function registerFindings(lock: string, analysis: Analysis): readonly Finding[] {
  const register = analysis.registers.get(lock);
  const facts = analysis.operations.filter(
    ({ invoke }) => invoke.lock === lock && (invoke.f === "read" || invoke.f === "write"),
  );
  const operations = facts.flatMap((fact) => versioned(fact, register) ?? []);
  const violation = registerViolation(operations, 0);
  if (!violation) return [];
  const ops = indices(
    ...facts
      .filter((fact) => concerns(fact, violation))
      .flatMap(({ invoke, completion }) => [invoke, completion]),
  );
  return [
    finding(
      lock,
      `The register of ${lock}: ${inWords(violation)}. It is the tester's own: this is a defect of lockjepsen, and nothing in this run can be trusted.`,
      ops,
      analysis,
    ),
  ];
}

/** Index in the history is time: the merge has settled ties so that what was not surely before is concurrent. */
function versioned({ invoke, completion }: Op, register: RegisterFact | undefined): RegisterOperation | null {
  const invoked = invoke.index ?? 0;
  if (invoke.f === "read") {
    if (completion?.type !== "ok" || completion.version === undefined) return null;
    return { f: "read", value: completion.version, invoke: invoked, return: completion.index ?? 0 };
  }
  if (completion?.type === "fail") return null;
  // The log knows which version an open write became, if it was applied at all.
  const version =
    completion?.version ??
    register?.writes.find((write) => write?.id !== undefined && write.id === invoke.id)?.version;
  if (version === undefined) return null;
  return {
    f: "write",
    value: version,
    invoke: invoked,
    return: completion?.type === "ok" ? (completion.index ?? 0) : Infinity,
  };
}

/** The last reads show what the log says is the final value. */
function finalFindings(lock: string, analysis: Analysis): readonly Finding[] {
  const register = analysis.registers.get(lock);
  if (!register) return [];
  const reads = analysis.operations.filter(
    ({ invoke, completion }) =>
      invoke.f === "read" && invoke.final && invoke.lock === lock && completion?.type === "ok",
  );
  return reads.flatMap(({ invoke, completion }) => {
    const wrong = completion && wrongFinal(completion.version, completion.value, register, analysis);
    return wrong
      ? [
          finding(
            lock,
            `The last read of ${lock} at ${at(invoke.time)} by ${invoke.client}: ${wrong}. The register is the tester's own: this is a defect of lockjepsen, and nothing in this run can be trusted.`,
            indices(invoke, completion),
            analysis,
          ),
        ]
      : [];
  });
}

function wrongFinal(
  version: number | undefined,
  value: unknown,
  register: RegisterFact,
  { context, operations }: Analysis,
): string | null {
  if (version !== register.finalVersion) return `version ${version} instead of ${register.finalVersion}`;
  if (context.workload !== "set" || !Array.isArray(value)) return null;
  const elements = new Map(
    operations.filter(({ invoke }) => invoke.f === "write").map(({ invoke }) => [invoke.id, invoke.value]),
  );
  const expected = register.lineage.map((step) => elements.get(register.writes[step]?.id)).toReversed();
  const same =
    expected.length === value.length && expected.every((element, place) => element === value[place]);
  return same
    ? null
    : `its ${value.length} elements are not the ${expected.length} that were written on the way to it`;
}

/** Leases overlap by nature: only a lock that never ends by itself is judged as a mutex. */
function lockFindings(lock: string, analysis: Analysis): readonly Finding[] {
  const { promises } = analysis.context;
  if (promises.lease !== "none" || promises.exclusion === "none") return [];
  const grants = analysis.grantsByLock.get(lock) ?? [];
  const clash = mutexViolation(grants.map(holdOf));
  const [first, second] = (clash ?? []).flatMap((place) => grants[place] ?? []);
  if (!first || !second) return [];
  const text = `${wasGranted(first)}, and had not released it. However, ${wasGranted(second)}: no order of acquires and releases explains that.`;
  const ops = indices(first.acquire.completion, second.acquire.completion, first.release?.invoke);
  return [
    {
      ...finding(lock, text, ops, analysis),
      time: second.from,
      grants: [reference(first), reference(second)],
    },
  ];
}

const holdOf = ({ acquire, release }: GrantFact) => ({
  acquired: acquire.completion.index ?? 0,
  releaseInvoke: release?.invoke.index ?? Infinity,
  releaseReturn: release?.completion?.type === "ok" ? (release.completion.index ?? 0) : Infinity,
});

function inWords(violation: RegisterViolation): string {
  switch (violation.kind) {
    case "unwritten":
      return `version ${violation.read.value} was read, and nobody had written it`;
    case "from-the-future":
      return `version ${violation.read.value} was read before its write was asked for`;
    case "forward-forward":
      return `versions ${violation.values.join(" and ")} both stood at once`;
    case "backward-in-forward":
      return `version ${violation.values[1]} was seen while version ${violation.values[0]} stood throughout`;
  }
}

function concerns({ invoke, completion }: Op, violation: RegisterViolation): boolean {
  const versions: readonly number[] = "values" in violation ? violation.values : [violation.read.value];
  return versions.includes(completion?.version ?? invoke.version ?? -1);
}

function finding(lock: string, explanation: string, ops: readonly number[], { end }: Analysis): Finding {
  return {
    kind: "nonlinearizable",
    severity: "violation",
    expected: false,
    explanation,
    ops,
    time: end,
    lock,
  };
}
