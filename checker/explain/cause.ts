import { isNeverRenewed } from "../../src/history/context.js";
import { exceptionDuring, SERVICE, sessionEndedBy, whileGranted, type CausedOverlap } from "../cause.js";
import { inEffect, isFreeze } from "../facts/faults.js";
import type { Facts, GrantFact } from "../facts/index.js";
import type { Harm } from "../harm.js";
import { frozenJustBefore, isClaimed } from "../lateness.js";
import { at, lasting, leaseEndBefore, theFault, who, withToken } from "./words.js";

/** Why two held at once, and why it is this cause and no other: in a sentence or two. */
export function because(overlap: CausedOverlap, facts: Facts): string {
  const { earlier, later } = overlap;
  switch (overlap.cause) {
    case "not-a-lock":
      return `${facts.context.recipe} excludes nobody: it is no lock.`;
    case "foreign-release":
      return freed(overlap);
    case "session-lost":
      return `The session of ${earlier.client} had been ended before its lease was over${sessionFault(overlap, facts)}: ${later.client} was granted the lock rightly, and ${earlier.client} had not noticed.`;
    case "late-grant":
      return explainLate(overlap.late ?? later, facts);
    case "service":
      return `But ${service(overlap)}: the service granted one lock to two.${excuse(overlap, facts)}`;
    case "outlived-lease":
      return `${leaseOver(earlier, later, facts)}: ${later.client} was granted the lock rightly, and ${earlier.client} went on as if it still held it.`;
    case "undetermined":
    case "in-flight":
      return `Why is not known: ${overlap.lacking ?? "the record does not tell"}.`;
  }
}

/** Why harm was done: as {@link because}, or by a write that came too late. */
export function becauseOf(harm: Harm, facts: Facts): string {
  if ("overlap" in harm) return because(harm.overlap, facts);
  if (harm.cause === "undetermined")
    return "Why is not known: the two did not believe to hold at once, and neither wrote after its hold was over.";
  if (harm.cause === "late-grant") return explainLate(harm.late, facts);
  const { writer, write } = harm;
  return `The write of ${writer.client} reached the register when its hold was over already: that ended at ${at(writer.to)}, and the write was applied at ${at(write.time)}, after the next grant.`;
}

/** `c3 (process 7) was told OK at 12.104 s, 1.2 s after its own lease was over: ...` */
export function explainLate(grant: GrantFact, facts: Facts): string {
  const { invoke } = grant.acquire;
  const end = leaseEndBefore(grant, grant.from);
  const late = isClaimed(grant)
    ? `after its own client had said that the lock is lost (${grant.lost?.error ?? "it did not say why"})`
    : end === null
      ? "after its own lease was over"
      : `${lasting(grant.from - end)} after its own lease was over (${at(end)})`;
  const freeze = frozenJustBefore(grant, facts.faults);
  const why = freeze
    ? `it was frozen just then (${theFault(freeze, facts)}), so it may have been granted in time and read it late.`
    : "whoever said OK (the service's lock call, the client library or the recipe) had not checked that the lease still stood.";
  return `${who(grant)} had asked for ${grant.lock} at ${at(invoke.time)} and was told OK${withToken(grant)} at ${at(grant.from)}, ${late}: ${why}`;
}

function leaseOver(earlier: GrantFact, later: GrantFact, facts: Facts): string {
  const end = leaseEndBefore(earlier, later.from);
  const until = Math.min(earlier.to, end ?? later.from);
  const kept = inEffect(facts.faults, { from: earlier.from, to: later.from }).filter(
    ({ nodes, from, to }) => nodes.includes(earlier.client) && from < until && to > (end ?? earlier.from),
  );
  const freeze = kept.find(isFreeze);
  const hindrance = freeze ?? kept.find(({ name }) => HINDERING.has(name));
  const how =
    freeze?.stopMs !== undefined
      ? "stopped again and again"
      : freeze
        ? "frozen"
        : hindrance?.name === "partition"
          ? "cut off"
          : "kept from its answers";
  const when = end === null ? "was over" : `had run out at ${at(end)}`;
  if (isNeverRenewed(facts.context.promises)) {
    const meanwhile = freeze ? `, while ${earlier.client} was ${how} (${theFault(freeze, facts)})` : "";
    return `The lease of ${earlier.client}, which ${facts.context.recipe} never renews, ${when}${meanwhile}`;
  }
  const why = hindrance
    ? `, since ${earlier.client} was ${how} (${theFault(hindrance, facts)}) and could not renew it`
    : "";
  return `The lease of ${earlier.client} ${when}${why}`;
}

/** Kinds of fault on a client by which its renewals do not arrive, or are not answered in time. */
const HINDERING: ReadonlySet<string> = new Set(["partition", "slow", "late-reply", "lost-reply"]);

function service({ earlier, later, from }: CausedOverlap): string {
  const until = promisedUntil(earlier, from);
  return earlier.from <= later.from
    ? `the service had promised the lock to ${earlier.client} until ${until}, and granted it to ${later.client} before`
    : `the service had promised the lock to ${later.client} until ${promisedUntil(later, from)}, and told ${earlier.client} before that it holds it`;
}

/** What its own documentation says of such a fault, if one was in effect; else nothing. */
function excuse({ earlier, later }: CausedOverlap, facts: Facts): string {
  const fault = exceptionDuring(whileGranted([earlier, later]), SERVICE, facts);
  if (!fault) return "";
  return ` Its own documentation gives the promise up under such a fault as was in effect (${theFault(fault, facts)}).`;
}

function promisedUntil({ coverage }: GrantFact, time: number): string {
  const among = coverage.findIndex(({ from, to }) => from <= time && time < to);
  const place = among < 0 ? coverage.length - 1 : among;
  const [before, stretch] = [coverage[place - 1], coverage[place]];
  if (!stretch || !Number.isFinite(stretch.to)) return "its connection closes, or for ever";
  // A stretch of its own begins with a renewal that came when the one before was over.
  return before
    ? `${at(stretch.to)}, by a renewal of ${at(stretch.from)} that it acknowledged although the lease had been over since ${at(before.to)}`
    : `${at(stretch.to)}, by the last request that it acknowledged`;
}

function freed({ freed: foreign, suspect, earlier, later }: CausedOverlap): string {
  if (suspect) {
    const { by, release } = suspect;
    const answered = release.outcome === "ok" ? "" : ", and had no answer";
    return `Before, at ${at(release.invoke.time)}, ${who(by)} had asked to release the lock${answered}. Other releases of this run freed what was another's, so this one may have freed the lock of ${earlier.client}, and ${later.client} was let in.`;
  }
  if (!foreign) return "The lock had been released by somebody who did not hold it.";
  const { by, release, victim } = foreign;
  return `Before, at ${at(release.invoke.time)}, ${who(by)}, whose own hold was over, had released the lock and was answered that it had: that freed the lock of ${victim.client}, so ${later.client} was let in.`;
}

function sessionFault(overlap: CausedOverlap, facts: Facts): string {
  const by = sessionEndedBy(overlap, facts);
  const fault = facts.faults.find(({ id }) => id === by);
  return fault ? ` (${theFault(fault, facts)})` : " (its connection closed)";
}
