import { isNeverRenewed } from "../src/history/context.js";
import { nanos } from "../src/history/event.js";
import type { Op } from "../src/history/pairs.js";
import type { Analysis } from "./analysis.js";
import { isLastRead } from "./findings/imbalance.js";
import { inEffect } from "./facts/faults.js";
import { contains } from "./intervals.js";
import type { GrantFact } from "./facts/index.js";

const LEAST_HOLDERS = 2;

/** The grants of the workload: not those that only looked for orphans. */
export const workloadGrants = ({ grants }: Pick<Analysis, "grants">): readonly GrantFact[] =>
  grants.filter((grant) => !grant.final);

/** Grants that were put to the test. Only these show whether anything beyond its ordinary work was ever asked of the lock. */
export const challengedGrants = (analysis: Analysis): readonly GrantFact[] =>
  workloadGrants(analysis).filter((grant) => isChallenged(grant, analysis));

/**
 * A grant is put to the test in one of these ways; each asks something else of the lock.
 *
 * - It was believed in past what the service had promised: whoever is granted it then, the holder is still there. Where
 *   renewals are hidden that is no wonder, unless a fault of at least a lease was on the holder.
 * - Its end was forced: its session was ended, its holder was killed, or noticed by itself that the lock is lost. Of
 *   a lease that is never renewed this is no wonder either, unless such a fault was on the holder.
 * - A fault by which a service forgets what it granted, or ends it too early, was in effect while it rightly held.
 */
function isChallenged(grant: GrantFact, { faults, context }: Analysis): boolean {
  const during = inEffect(faults, grant);
  const promised = grant.cores.reduce((sum, core) => sum + (core.to - core.from), 0);
  const onHolder = during.filter(({ nodes }) => nodes.includes(grant.client));
  const hindered = onHolder.some(({ from, to }) => to - from >= context.ttlMs * 1e6);
  if (promised < grant.to - grant.from && (context.promises.renewals !== "hidden" || hindered)) return true;
  if (grant.ended === "kill") return true;
  const noticed = grant.lost !== null && grant.lost.time <= grant.to;
  if (noticed && (!isNeverRenewed(context.promises) || hindered)) return true;
  if (onHolder.some(({ name, from }) => name === "session" && contains(grant, from))) return true;
  return grant.cores.some((core) =>
    inEffect(faults, core).some(
      ({ name, nodes }) => FORGETTING.has(name) && nodes.some((node) => !context.clients.includes(node)),
    ),
  );
}

/** Kinds of fault that make a server lose what it knows, or measure a lease wrongly. */
const FORGETTING: ReadonlySet<string> = new Set(["kill", "clock", "failover"]);

/** Why a run was too weak to judge, in words; empty where it was strong enough. A `valid` must have been put to the test. */
export function weaknesses(analysis: Analysis): readonly string[] {
  const { context, faults, healed } = analysis;
  const grants = workloadGrants(analysis);
  const holders = new Set(grants.map(({ client }) => client)).size;
  const weak: string[] = [];
  if (healed === null)
    weak.push(
      "the run did not come to its end: what was recorded until then shows no violation; let it run to its end",
    );
  if (context.nemeses.length > 0) weak.push(...faultWeaknesses(analysis, grants, faults.length));
  if (grants.length < context.leastGrants)
    weak.push(
      `only ${grants.length} grants (at least ${context.leastGrants} are needed): take a longer --duration, or a shorter --hold`,
    );
  if (holders < LEAST_HOLDERS)
    weak.push(
      `only ${holders} of the clients ever held a lock: take more --concurrency, or a longer --duration`,
    );
  if (!contended(analysis))
    weak.push(
      "no acquire ever had to wait: nobody contended for the lock; take more --concurrency, or fewer --locks",
    );
  if (analysis.recoveries.some(({ type }) => type === "info"))
    weak.push("a server was ended from outside the run, so whether the cluster recovers is not known");
  const read = finallyRead(analysis);
  const unread = context.locks.filter((lock) => !read.has(lock));
  if (unread.length > 0)
    weak.push(`the last read of ${unread.slice(0, 3).join(", ")} is missing: what was lost is not known`);
  weak.push(...shortOfGoal(analysis));
  return weak;
}

/** Begins the reason of a run in which no fault asked anything of the lock that it does not do every day. */
export const UNCHALLENGED = "no grant was challenged";

function faultWeaknesses(analysis: Analysis, grants: readonly GrantFact[], asked: number): readonly string[] {
  const { context, faults } = analysis;
  // A kill ends the hold that it hits at its very first instant.
  const landed = grants.some(({ from, to }) => inEffect(faults, { from, to: nanos(to + 1) }).length > 0);
  if (!landed) {
    const [tried, change] =
      asked === 0
        ? ["none fitted into the run's duration", "take a longer --duration"]
        : faults.some(({ verified }) => verified)
          ? ["those that landed did so while nobody held", "take --target holder, or a longer --duration"]
          : ["none of those tried landed", "take another --target, or a longer --duration"];
    return [`no fault was verified in effect while a lock was held (${tried}): ${change}`];
  }
  if (context.promises.lease === "none" || challengedGrants(analysis).length > 0) return [];
  const holderHit = grants.some((grant) =>
    inEffect(faults, grant).some(({ nodes }) => nodes.includes(grant.client)),
  );
  // A connection is not renewed: a holder that is frozen has it still, and nobody else gets the lock.
  const change =
    context.promises.lease === "connection"
      ? "end its connection (--nemesis session), for it outlasts any pause"
      : holderHit
        ? "hold the lock for longer than its lease (--workload leader, or --hold), or take a longer --fault-duration"
        : "take --target holder, or a longer --duration";
  return [
    `${UNCHALLENGED}: no holder was kept from renewing for a whole lease or lost its session, and no server could have forgotten what it had granted, so nothing was asked of the lock that it does not do every day; ${change}`,
  ];
}

/** What a client says of an acquire that was not granted because somebody held: refused, or in vain until then. */
const IN_VAIN: ReadonlySet<string> = new Set(["held", "timeout", "cancelled"]);

/**
 * Whether an acquire was under way while another client held: it was asked for before that hold was over, and told
 * after it had begun. One that waited in vain has waited as well; under a partition there may be no other. Acquires by
 * the time at which they were told, against the grants told before: somebody held meanwhile iff the one who believed
 * longest did.
 */
function contended({ grantsByLock, operations }: Analysis): boolean {
  const inVain = operations.filter(isInVain);
  for (const [lock, grants] of grantsByLock) {
    const told = [
      ...grants.map(({ acquire, from, to, final }) => ({
        invoke: final ? Infinity : acquire.invoke.time,
        told: from,
        to,
      })),
      ...inVain
        .filter((op) => op.lock === lock)
        .map(({ invoke, completion }) => ({
          invoke: invoke.time,
          told: completion?.time ?? invoke.time,
          to: -Infinity,
        })),
    ].toSorted((one, other) => one.told - other.told);
    let until = -Infinity;
    for (const { invoke, to } of told) {
      if (invoke < until) return true;
      until = Math.max(until, to);
    }
  }
  return false;
}

const isInVain = ({ f, outcome, completion }: Op): boolean =>
  f === "acquire" && outcome === "fail" && completion?.final !== true && IN_VAIN.has(completion?.error ?? "");

/** A count that never came to its end has not shown that it stops there. */
function shortOfGoal({ context, operations }: Analysis): readonly string[] {
  const goal = context.sum?.goal;
  if (goal === undefined) return [];
  return context.locks.flatMap((lock) => {
    const value = operations.findLast((operation) => operation.lock === lock && isLastRead(operation))
      ?.completion?.value;
    return typeof value === "number" && value < goal
      ? [`the count of ${lock} stands at ${value} and not yet at ${goal}: take a longer --duration`]
      : [];
  });
}

/** Locks whose registers were read when all was over. */
function finallyRead({ operations }: Analysis): ReadonlySet<string> {
  return new Set(operations.filter(isLastRead).map(({ lock }) => lock));
}
