import type { RegisterEvent } from "../../src/history/event.js";
import { frozenJustBefore, isClaimed, type CausedOverlap } from "../cause.js";
import { freezesOf } from "../facts/faults.js";
import type { Facts, GrantFact } from "../facts/index.js";
import { at, lasting, leaseEndBefore, theFault, wasGranted, who, withToken } from "./words.js";

/** Why two held at once, in words: who, when, with which tokens, under which fault, why this cause and no other. */
export function explainOverlap(
  overlap: CausedOverlap,
  facts: Facts,
  harm: RegisterEvent | undefined,
): string {
  const [first, second] = inOrderOfOk(overlap);
  const both = `So for ${lasting(overlap.to - overlap.from)} both believed that they held it.`;
  return [...because(overlap, first, second, facts), both, consequence(harm, overlap)].join(" ");
}

const inOrderOfOk = ({ earlier, later }: CausedOverlap): readonly [GrantFact, GrantFact] =>
  earlier.from <= later.from ? [earlier, later] : [later, earlier];

function because(
  overlap: CausedOverlap,
  first: GrantFact,
  second: GrantFact,
  facts: Facts,
): readonly string[] {
  const granted = `${wasGranted(first)}.`;
  const however = `However, ${wasGranted(second)}`;
  switch (overlap.cause) {
    case "not-a-lock":
      return [
        granted,
        `${however} while ${first.client} still held it: ${facts.context.recipe} excludes nobody, it is no lock.`,
      ];
    case "foreign-release":
      return [granted, ...freed(overlap), `${however}, though the lease of ${first.client} was not over.`];
    case "session-lost":
      return [
        granted,
        `Its session was ended before its lease was over${sessionFault(first, second, facts)}.`,
        `${however}, rightly; ${first.client} had not noticed.`,
      ];
    case "late-grant":
      return [...lateStory(overlap, first, second, facts)];
    case "service":
      return [
        `${granted} The service had promised it until ${promisedUntil(first, second)}.`,
        `${however}, before that: the service granted one lock to two.`,
      ];
    case "outlived-lease":
      return [
        `${granted} ${leaseOver(first, second, facts)}`,
        `${however}, rightly; ${who(first)} went on as if it still held it.`,
      ];
    case "undetermined":
    case "in-flight":
      return [granted, `${however}. Why is not known: ${overlap.lacking ?? "the record does not tell"}.`];
  }
}

function leaseOver(first: GrantFact, second: GrantFact, facts: Facts): string {
  const end = leaseEndBefore(first, second.from);
  const freeze = freezesOf(first.client, facts.faults).find(
    (fault) => fault.from < second.from && fault.to > (end ?? first.from) && fault.from < first.to,
  );
  const why = freeze
    ? `, because ${first.client} was frozen (${theFault(freeze)}) and could not renew it`
    : "";
  return end === null ? `Its lease was over${why}.` : `Its lease ran out at ${at(end)}${why}.`;
}

function promisedUntil(first: GrantFact, second: GrantFact): string {
  const stretch =
    first.coverage.find(({ from, to }) => from <= second.from && second.from < to) ?? first.coverage.at(-1);
  return stretch && Number.isFinite(stretch.to)
    ? `${at(stretch.to)}, by the last renewal that it acknowledged`
    : "the connection would close";
}

function lateStory(
  { late }: CausedOverlap,
  first: GrantFact,
  second: GrantFact,
  facts: Facts,
): readonly string[] {
  const guilty = late ?? second;
  const other = guilty === first ? second : first;
  return [`${wasGranted(other)}.`, `However, ${explainLate(guilty, facts)}`];
}

/** `c3 (process 7) was told OK at 12.104 s, 1.2 s after its own lease was over; ...` */
export function explainLate(grant: GrantFact, facts: Facts): string {
  const { invoke } = grant.acquire;
  const end = leaseEndBefore(grant, grant.from);
  const late = isClaimed(grant)
    ? `after its own client had said that the lock is lost (${grant.lost?.error ?? ""})`
    : `${end === null ? "" : `${lasting(grant.from - end)} `}after its own lease was over${end === null ? "" : ` (${at(end)})`}`;
  const freeze = frozenJustBefore(grant, facts.faults);
  const why = freeze
    ? `it was frozen just then (${theFault(freeze)}), so it may have been granted in time and read it late.`
    : "whoever said OK (the service's lock call, the client library or the recipe) had not checked that the lease still stood.";
  return `${who(grant)} asked for ${grant.lock} at ${at(invoke.time)} and was told OK${withToken(grant)} at ${at(grant.from)}, ${late}: ${why}`;
}

function freed({ freed: foreign }: CausedOverlap): readonly string[] {
  if (!foreign) return [];
  return [
    `Then ${who(foreign.by)}, whose own hold was over, released the lock at ${at(foreign.release.invoke.time)} and was answered that it had: that freed the lock of ${foreign.victim.client}.`,
  ];
}

function sessionFault(first: GrantFact, second: GrantFact, { faults }: Facts): string {
  const fault = faults.find(
    ({ name, nodes, from }) => name === "session" && nodes.includes(first.client) && from < second.from,
  );
  return fault ? ` (${theFault(fault)})` : " (its connection closed)";
}

function consequence(harm: RegisterEvent | undefined, overlap: CausedOverlap): string {
  if (harm)
    return `${overlap.earlier.client} then wrote, and the register applied it at ${at(harm.time)}, after ${overlap.later.client} had been granted the lock.`;
  return `No harm was done: the register applied nothing of ${overlap.earlier.client} after ${overlap.later.client} was granted the lock.`;
}
