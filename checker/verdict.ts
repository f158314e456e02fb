import { messageOf } from "../src/error.js";
import type { History } from "../src/history/history.js";
import { analyse, type Analysis } from "./analysis.js";
import { fenceOf } from "./fence.js";
import { acknowledgedWrites } from "./findings/lost-update.js";
import { violationReasons } from "./reasons.js";
import { latencyOf, throughputOf } from "./statistics.js";
import type { Cause, Checker, Finding, FindingKind, Severity, Verdict, VerdictWord } from "./types.js";
import { challengedGrants, weaknesses, workloadGrants } from "./weak.js";

/** More of one kind say nothing new: the numbers stay complete. */
const MOST_FINDINGS = 1_000;

/** Kinds that can break a promise by themselves; stale writes and lost updates are what follows from one. */
const PROMISED: ReadonlySet<FindingKind> = new Set([
  "overlap",
  "token-order",
  "fence-breach",
  "late-grant",
  "foreign-release",
  "orphan",
]);

/**
 * Judges a history. Pure. A violation outranks all else; a checker that gave up, and a run too weak to have shown
 * anything, make it `unknown`; only what was put to the test and held is `valid`. Throws a usage error for a history
 * that contradicts itself.
 */
export function judge(history: History, checkers: readonly Checker[]): Verdict {
  const analysis = analyse(history);
  const failures: string[] = [];
  const findings = checkers.flatMap((checker) => {
    try {
      return checker.check(analysis);
    } catch (error) {
      failures.push(`the checker of ${checker.name} gave up: ${messageOf(error)}`);
      return [];
    }
  });
  const inOrder = findings.toSorted((a, b) => a.time - b.time);
  const violations = inOrder.filter(({ severity }) => severity === "violation");
  const weak = [...failures, ...missingRegister(analysis), ...weaknesses(analysis)];
  const verdict: VerdictWord = violations.length > 0 ? "violated" : weak.length > 0 ? "unknown" : "valid";
  const shown = cut(inOrder);
  const challenged = challengedGrants(analysis).length;
  const grants = workloadGrants(analysis);
  return {
    version: 1,
    verdict,
    reasons: reasonsFor(verdict, inOrder, weak, challenged, analysis),
    findings: shown,
    counts: countsOf(inOrder, "violation"),
    notes: countsOf(inOrder, "note"),
    causes: causesOf(analysis),
    brokenPromises: inOrder.filter(({ kind, expected }) => PROMISED.has(kind) && expected === false).length,
    firstViolation: violations[0]?.time ?? null,
    updates: updatesOf(inOrder, analysis),
    grants: grants.length,
    holders: new Set(grants.map(({ client }) => client)).size,
    challenged,
    fence: fenceOf(analysis),
    faults: analysis.faults,
    latency: latencyOf(analysis),
    throughput: throughputOf(analysis),
    remarks: [
      ...history.notes,
      ...failures,
      ...(shown.length < inOrder.length
        ? [`of each kind only the first ${MOST_FINDINGS} findings are listed`]
        : []),
    ],
  };
}

function missingRegister({ registers, operations, context }: Analysis): readonly string[] {
  const written = new Set(operations.flatMap(({ f, lock }) => (f === "write" ? [lock] : [])));
  const missing = context.locks.some((lock) => written.has(lock) && !registers.has(lock));
  return missing ? ["the register's log (register.jsonl) is missing: what was lost is not known"] : [];
}

function reasonsFor(
  verdict: VerdictWord,
  findings: readonly Finding[],
  weak: readonly string[],
  challenged: number,
  { faults, context }: Analysis,
): readonly string[] {
  switch (verdict) {
    case "violated":
      return violationReasons(findings);
    case "unknown":
      return weak;
    case "valid": {
      if (context.nemeses.length === 0)
        return ["no fault was asked for: every grant was exclusive and every update is there"];
      const landed = faults.filter(({ verified }) => verified).length;
      const put = `${challenged} ${challenged === 1 ? "grant was" : "grants were"} challenged by ${landed} verified ${landed === 1 ? "fault" : "faults"}`;
      return [`${put}, and no update was lost`];
    }
  }
}

function cut(findings: readonly Finding[]): readonly Finding[] {
  const shown = new Map<FindingKind, number>();
  return findings.filter(({ kind }) => {
    const count = (shown.get(kind) ?? 0) + 1;
    shown.set(kind, count);
    return count <= MOST_FINDINGS;
  });
}

function countsOf(findings: readonly Finding[], severity: Severity): Verdict["counts"] {
  const counts: Partial<Record<FindingKind, number>> = {};
  for (const finding of findings)
    if (finding.severity === severity) counts[finding.kind] = (counts[finding.kind] ?? 0) + 1;
  return counts;
}

function causesOf({ overlaps }: Analysis): Verdict["causes"] {
  const causes: Partial<Record<Cause, number>> = {};
  for (const { cause } of overlaps) causes[cause] = (causes[cause] ?? 0) + 1;
  return causes;
}

function updatesOf(findings: readonly Finding[], analysis: Analysis): Verdict["updates"] {
  const acknowledged = acknowledgedWrites(analysis).size;
  const lost = findings.filter(({ kind }) => kind === "lost-update").length;
  return { acknowledged, lost, lostShare: acknowledged === 0 ? 0 : lost / acknowledged };
}
