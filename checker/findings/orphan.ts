import type { ClientEvent } from "../../src/history/event.js";
import type { Op } from "../../src/history/pairs.js";
import type { Analysis } from "../analysis.js";
import { hit, SERVICE } from "../cause.js";
import { at, indices, theFault, who } from "../explain/words.js";
import { faultsBehind } from "../facts/behind.js";
import type { Checker, FaultSummary, Finding } from "../types.js";

const MOST_TOLD = 3;

export const orphan: Checker = {
  name: "orphan",
  description: "all faults are healed, every lease is long over, and nobody can take the lock",
  check: (analysis) => analysis.context.locks.flatMap((lock) => inLock(lock, analysis)),
};

/**
 * After the healing somebody tries to take each lock, and waits longer than a dead holder's lock may stay taken. An
 * attempt whose outcome is open, or that failed for another reason, proves nothing about the lock; nor does one that
 * gave up too early, or that a client kept out which had not come to its end and rightly held.
 */
function inLock(lock: string, analysis: Analysis): readonly Finding[] {
  const { operations, context, grantsByLock, healed } = analysis;
  const tries = operations.filter(
    ({ invoke }) => invoke.f === "acquire" && invoke.final && invoke.lock === lock,
  );
  const attempt = tries.findLast(isRefused);
  if (!attempt || tries.some(({ completion }) => completion?.type === "ok")) return [];
  const grants = grantsByLock.get(lock) ?? [];
  const last = grants.at(-1);
  const held = grants.flatMap(({ cores }) => cores.map(({ to }) => to));
  const since = held.reduce<number>((latest, end) => Math.max(latest, end), healed ?? attempt.invoke.time);
  const waited = attempt.completion.time - since;
  if (waited <= (context.freedWithinMs ?? 0) * 1e6) return [];
  const until =
    context.freedWithinMs === null
      ? "never says until when"
      : `promises within ${context.freedWithinMs} ms of its holder's end`;
  // At its last grant the lock was to be had: what keeps it taken came after.
  const ids = last ? faultsBehind(last, last, attempt.completion.time, analysis) : [];
  const behind = analysis.faults.filter(({ id }) => ids.includes(id));
  const excused = context.promises.except.includes("clock") && wasSet(behind, analysis);
  return [
    {
      kind: "orphan",
      severity: "violation",
      // A recipe without any expiry says itself that a dead holder's lock stays taken.
      expected: context.freedWithinMs === null || excused,
      explanation: [
        `All faults were healed and nobody worked with ${lock} any more.`,
        `However, ${who(attempt.invoke)} tried to take it from ${at(attempt.invoke.time)} to ${at(attempt.completion.time)} and was refused (${attempt.completion.error ?? "held"}).`,
        last
          ? `Its last holder was ${who(last)}, granted at ${at(last.from)}.`
          : "Nobody had ever been granted it.",
        ...faultsSince(behind, analysis),
        `When a dead holder's lock is free again the recipe ${until}.`,
      ].join(" "),
      ops: indices(last?.acquire.completion, attempt.invoke, attempt.completion),
      time: attempt.completion.time,
      lock,
      faults: ids,
    },
  ];
}

/**
 * Whether a clock may be what keeps the lock taken. A server that measures leases by a wall clock which was set meanwhile
 * keeps them for as long as that says; so does one that was killed, and comes back with what it had stored while its clock
 * was wrong, at whatever time that was.
 */
function wasSet(behind: readonly FaultSummary[], { faults, context }: Analysis): boolean {
  const among = (some: readonly FaultSummary[], wanted: string): boolean =>
    some.some((fault) => fault.name === wanted && fault.verified && hit(fault, SERVICE, context));
  return among(among(behind, "kill") ? faults : behind, "clock");
}

/** Of many the first: what they all were, the run tells. */
function faultsSince(faults: readonly FaultSummary[], analysis: Analysis): readonly string[] {
  const told = faults
    .slice(0, MOST_TOLD)
    .map((fault) => theFault(fault, analysis))
    .join(", ");
  const more = faults.length - MOST_TOLD;
  return faults.length === 0 ? [] : [`Since then there was ${told}${more > 0 ? `, and ${more} more` : ""}.`];
}

const isRefused = (op: Op): op is Op & { readonly completion: ClientEvent } =>
  op.outcome === "fail" && (op.completion?.error === "held" || op.completion?.error === "timeout");
