import { messageOf } from "../src/error.js";
import type { History } from "../src/history/history.js";
import { analyse, type Analysis } from "./analysis.js";
import { fenceOf } from "./fence.js";
import { acknowledgedWrites } from "./findings/lost-update.js";
import { handOverOf } from "./hand-over.js";
import { violationReasons } from "./reasons.js";
import { latencyOf, requestsPerGrantOf, throughputOf } from "./statistics.js";
import type { Cause, Checker, Finding, FindingKind, Severity, Verdict, VerdictWord } from "./types.js";
import { challengedGrants, weaknesses, workloadGrants } from "./weak.js";

/** More of one kind say nothing new: the numbers stay complete. */
const MOST_FINDINGS = 1_000;

/**
 * Each broken promise once: an overlap by a foreign release or a late grant is what follows from that finding, as stale
 * writes and lost updates are.
 */
const breaks = ({ kind, cause, expected }: Finding): boolean =>
  expected === false && (PROMISED.has(kind) || (kind === "overlap" && cause === "service"));
const PROMISED: ReadonlySet<FindingKind> = new Set([
  "token-order",
  "fence-breach",
  "late-grant",
  "foreign-release",
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
  const weak = [...failures, ...missingRegister(analysis), ...timesApart(analysis), ...weaknesses(analysis)];
  const verdict: VerdictWord = violations.length > 0 ? "violated" : weak.length > 0 ? "unknown" : "valid";
  const shown = cut(inOrder);
  const challenged = challengedGrants(analysis).length;
  const grants = workloadGrants(analysis);
  return {
    version: 1,
    verdict,
    reasons: reasonsFor(verdict, inOrder, weak, challenged, analysis),
    findings: shown,
    counts: countsOf(inOrder.filter(hasSeverity("violation"))),
    notes: countsOf(inOrder.filter(hasSeverity("note"))),
    causes: causesOf(analysis),
    brokenPromises: inOrder.filter(breaks).length,
    broken: countsOf(inOrder.filter(breaks)),
    firstViolation: violations[0]?.time ?? null,
    updates: updatesOf(inOrder, analysis),
    grants: grants.length,
    holders: new Set(grants.map(({ client }) => client)).size,
    challenged,
    fence: fenceOf(analysis),
    faults: analysis.faults,
    latency: latencyOf(analysis),
    handOver: handOverOf(analysis),
    requestsPerGrant: requestsPerGrantOf(analysis),
    throughput: throughputOf(analysis),
    remarks: [
      ...history.notes,
      ...failures,
      ...silentNemeses(analysis),
      ...(shown.length < inOrder.length
        ? [`of each kind only the first ${MOST_FINDINGS} findings are listed`]
        : []),
    ],
  };
}

/** Without the whole log of the register nobody knows what was lost. */
function missingRegister({ registers, operations }: Analysis): readonly string[] {
  const written = new Set(operations.flatMap(({ f, lock }) => (f === "write" ? [lock] : [])));
  const missing = [...written].some((lock) => !registers.has(lock));
  const torn = [...registers.values()].filter(({ incomplete }) => incomplete !== null);
  return [
    ...(missing ? ["the register's log (register.jsonl) is missing: what was lost is not known"] : []),
    ...torn.map(
      ({ lock, incomplete }) =>
        `the register's log of ${lock} is not whole (${incomplete}): what was lost is not known`,
    ),
  ];
}

/** Of several nemeses those that the verdict says nothing about: where none landed at all, the run is too weak to judge. */
function silentNemeses({ context, faults }: Analysis): readonly string[] {
  const landed = new Set<string>(faults.filter(({ verified }) => verified).map(({ name }) => name));
  if (landed.size === 0) return [];
  return context.nemeses
    .filter((name) => !landed.has(name))
    .map((name) => `no ${name} was verified in effect: this run says nothing about it`);
}

/** All clocks of a record are one: the register answers between question and answer, or the record is not to be trusted. */
function timesApart({ registers, operations }: Analysis): readonly string[] {
  const apart = operations.filter(({ lock, invoke, completion, outcome }) => {
    if (outcome !== "ok" || !completion) return false;
    const register = registers.get(lock);
    const write = register?.writes[register.versionOf(invoke.id) ?? 0];
    return write !== undefined && (write.time < invoke.time || write.time > completion.time);
  });
  return apart.length === 0
    ? []
    : [
        `${apart.length} writes were applied, by the register's clock, before they were asked for or after they were answered: the record contradicts itself`,
      ];
}

function reasonsFor(
  verdict: VerdictWord,
  findings: readonly Finding[],
  weak: readonly string[],
  challenged: number,
  { faults, context, overlaps }: Analysis,
): readonly string[] {
  switch (verdict) {
    case "violated":
      return violationReasons(findings);
    case "unknown":
      return weak;
    case "valid": {
      // Where the resource looks after itself nobody is meant to be alone.
      const alone = context.promises.exclusion === "resource" ? "" : `${exclusive(overlaps.length)}, and `;
      if (context.nemeses.length === 0) return [`no fault was asked for: ${alone}every update is there`];
      const landed = faults.filter(({ verified }) => verified).length;
      const hits = `${landed} verified ${landed === 1 ? "fault" : "faults"}`;
      // Only what never ends by itself is valid without: it has no lease that could be outlived, and its orders are what was
      // put to the test.
      if (challenged === 0) return [`under ${hits} ${alone}no update was lost`];
      const put = `${challenged} ${challenged === 1 ? "grant was" : "grants were"} challenged by ${hits}`;
      return [`${put}, and no update was lost`];
    }
  }
}

/** Behind a fence, or without harm, overlaps are notes: a run may be valid with them, and must not be said to have none. */
const exclusive = (overlaps: number): string =>
  overlaps === 0
    ? "every grant was exclusive"
    : `two held at once (${overlaps === 1 ? "once" : `${overlaps} times`}), without harm`;

/** Violations before notes, then the earliest; in order of time. */
function cut(findings: readonly Finding[]): readonly Finding[] {
  const shown = new Map<FindingKind, number>();
  const kept = new Set(
    findings
      .toSorted((a, b) => Number(a.severity === "note") - Number(b.severity === "note"))
      .filter(({ kind }) => {
        const count = (shown.get(kind) ?? 0) + 1;
        shown.set(kind, count);
        return count <= MOST_FINDINGS;
      }),
  );
  return findings.filter((finding) => kept.has(finding));
}

const hasSeverity =
  (severity: Severity) =>
  (finding: Finding): boolean =>
    finding.severity === severity;

function countsOf(findings: readonly Finding[]): Verdict["counts"] {
  const counts: Partial<Record<FindingKind, number>> = {};
  for (const { kind } of findings) counts[kind] = (counts[kind] ?? 0) + 1;
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
