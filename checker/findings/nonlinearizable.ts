import type { Op } from "../../src/history/pairs.js";
import type { Analysis } from "../analysis.js";
import { indices, reference, wasGranted } from "../explain/words.js";
import type { GrantFact, RegisterFact } from "../facts/index.js";
import { mutexViolation } from "../linearizability/mutex.js";
import {
  registerViolation,
  type RegisterOperation,
  type RegisterViolation,
} from "../linearizability/register.js";
import { wrongLastReads } from "../linearizability/last-reads.js";
import type { Checker, Finding } from "../types.js";

export const nonlinearizable: Checker = {
  name: "nonlinearizable",
  description:
    "the register (or a lock without lease) answered in a way that fits no order of its operations",
  check(analysis) {
    const byLock = new Map<string, Op[]>();
    for (const operation of analysis.operations) {
      const list = byLock.get(operation.lock);
      if (list) list.push(operation);
      else byLock.set(operation.lock, [operation]);
    }
    return [
      ...[...byLock].flatMap(([lock, operations]) => registerFindings(lock, operations, analysis)),
      ...analysis.context.locks.flatMap((lock) => lockFindings(lock, analysis)),
    ];
  },
};

const OURS =
  "The register is the tester's own: this is a defect of lockjepsen, and nothing in this run can be trusted.";

/** The register's own answers, as versions (each is written once); and what it said last. */
function registerFindings(lock: string, operations: readonly Op[], analysis: Analysis): readonly Finding[] {
  const register = analysis.registers.get(lock);
  // Versions of open writes stand in the log alone: without all of it, one that was read may seem to be of nobody.
  if (!register || register.incomplete !== null) return [];
  const versioned = operations.flatMap((operation) => versionedOf(operation, register) ?? []);
  const violation = registerViolation(versioned, 0);
  const findings: Finding[] = [];
  if (violation) {
    const concerned = versioned.filter(({ value }) => versionsOf(violation).includes(value));
    const ops = indices(...concerned.flatMap(({ op }) => [op.invoke, op.completion]));
    findings.push(finding(lock, `The register of ${lock}: ${inWords(violation)}. ${OURS}`, ops, analysis));
  }
  for (const { read, wrong } of wrongLastReads(operations, register, analysis.context))
    findings.push(
      finding(
        lock,
        `The last read of ${lock} by ${read.client}: ${wrong}. ${OURS}`,
        indices(read.invoke, read.completion),
        analysis,
      ),
    );
  return findings;
}

/** Place in the history is time: the merge has settled ties so that what was not surely before is concurrent. */
function versionedOf(op: Op, register: RegisterFact): (RegisterOperation & { readonly op: Op }) | null {
  const { f, invoke, completion, from, to, outcome } = op;
  if (outcome === "fail") return null;
  // The log knows which version an open write became, if it was applied at all. Only reads and writes have one.
  const version = completion?.version ?? register.versionOf(invoke.id);
  if (version === undefined) return null;
  return {
    f: f === "read" ? f : "write",
    value: version,
    invoke: from,
    return: outcome === "ok" ? to : Infinity,
    op,
  };
}

/**
 * Leases overlap by nature: only a lock that never ends by itself is judged as a mutex. An acquire whose outcome is open made
 * no grant, so nobody ever releases it in the record: it may never have happened, and contradicts nothing.
 */
function lockFindings(lock: string, analysis: Analysis): readonly Finding[] {
  const { promises } = analysis.context;
  if (promises.lease !== "none" || promises.exclusion === "none" || promises.exclusion === "resource")
    return [];
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
  acquired: acquire.to,
  releaseInvoke: release?.from ?? Infinity,
  releaseReturn: release?.to ?? Infinity,
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

const versionsOf = (violation: RegisterViolation): readonly number[] =>
  "values" in violation ? violation.values : [violation.read.value];

function finding(
  lock: string,
  explanation: string,
  ops: readonly number[],
  { history, end }: Analysis,
): Finding {
  return {
    kind: "nonlinearizable",
    severity: "violation",
    explanation,
    ops,
    time: history.events[ops[0] ?? -1]?.time ?? end,
    lock,
  };
}
