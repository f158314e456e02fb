/**
 * DESIGN's rules once more, as naively as can be: straight from the events, by looking at every moment between any two
 * instants that the history names. Slow, and written without a look at the judge: what both say is what the rules say.
 */
import { isClientEvent, type RegisterEvent } from "../../src/history/event.js";
import type { History } from "../../src/history/history.js";
import type { Cause } from "../types.js";
import { holdOf, verified, type Fault, type Hold } from "./oracle-holds.js";

export type { Hold };

export interface Oracle {
  readonly holds: readonly Hold[];
  /** Moments that stand for all: one between any two neighbouring instants. */
  readonly moments: readonly number[];
  overlap(a: Hold, b: Hold): { readonly from: number; readonly until: number } | null;
  order(a: Hold, b: Hold): readonly [earlier: Hold, later: Hold];
  cause(earlier: Hold, later: Hold): Cause;
  late(hold: Hold): boolean;
  frozenJustBefore(hold: Hold): boolean;
  foreign(by: Hold): Hold | null;
  /** Whether its token contradicts those of others. */
  disordered(hold: Hold): boolean;
  /** Whether `a` was granted after `b`, as a stale write wants to know it. */
  isLater(a: Hold, b: Hold): boolean;
  faultOn(name: string | null, node: string | null, from: number, to: number): boolean;
  challenged(hold: Hold): boolean;
}

export function consult({ events, context }: History): Oracle {
  const clientEvents = events.filter(isClientEvent);
  const faults = verified(events);
  const instants = new Set<number>();
  for (const event of events)
    for (const value of [event.time, ...Object.values(event)])
      if (typeof value === "number") instants.add(value);
  for (const { from, to } of faults) instants.add(from).add(to);
  const sorted = [...instants].toSorted((a, b) => a - b);
  const moments = sorted.slice(1).map((instant, n) => (instant + (sorted[n] ?? 0)) / 2);
  const holds = clientEvents
    .filter(({ f, type }) => f === "acquire" && type === "ok")
    .map((ok) => holdOf(ok, clientEvents, faults, context.discipline));

  const between = (from: number, to: number): readonly number[] =>
    moments.filter((time) => from < time && time < to);
  const late = (hold: Hold): boolean => hold.claimed || !hold.covered(hold.from);
  const faultOn: Oracle["faultOn"] = (name, node, from, to) =>
    faults.some(
      (fault) =>
        (name === null || fault.name === name) &&
        (node === null || fault.nodes.includes(node)) &&
        ((fault.from <= from && from < fault.to) || (from <= fault.from && fault.from < to)),
    );
  /** Faults that may have ended the session of one by then, though neither before it was asked for nor after its lease. */
  const endings = (one: Hold, by: number): readonly Fault[] =>
    faults.filter(
      ({ name, nodes, from, landed, session }) =>
        name === "session" &&
        nodes.includes(one.client) &&
        (session === null || one.session === null || session === one.session) &&
        one.asked <= landed &&
        from < by &&
        (context.promises.renewals === "hidden" || one.covered(from)),
    );
  const ended = (one: Hold, other: Hold): boolean => endings(one, other.from).length > 0;
  const stillCore = (victim: Hold, asked: number, next: number): boolean =>
    next > asked && [...between(asked, next), next].every((time) => victim.core(time));

  /** Whether another was let in next, while one rightly held, and nothing else had ended that. */
  const letIn = (hold: Hold, lock: string, since: number): boolean => {
    const next = holds.find(
      (one) => one.lock === lock && one.from > since && holds.indexOf(one) > holds.indexOf(hold),
    );
    if (!next || !stillCore(hold, since, next.from) || ended(hold, next)) return false;
    return !(context.promises.lease === "connection" && hold.lostAt !== null && hold.lostAt <= next.from);
  };
  const expelled = (by: Hold): boolean => {
    const asked = by.release?.asked ?? 0;
    return (endings(by, asked)[0]?.landed ?? Infinity) <= asked;
  };
  const momentBefore = (time: number): number => moments.filter((moment) => moment < time).at(-1) ?? -1;
  const coreEnds = (hold: Hold): readonly number[] =>
    sorted.filter((time) => hold.core(time - 0.5) && !hold.core(time));
  const mayHaveEnded = (hold: Hold): boolean =>
    endings(hold, hold.ends).length > 0 || (context.promises.lease === "connection" && hold.lostAt !== null);
  const rightly = (a: Hold, b: Hold): boolean => moments.some((time) => a.core(time) && b.core(time));
  const { servers = [], clients } = context;
  const hosts = servers.length > 0 ? servers : [...clients, "n1"];
  const excepted = (a: Hold, b: Hold): boolean =>
    context.promises.except.some((name) =>
      hosts.some((host) => faultOn(name, host, Math.min(a.asked, b.asked), Math.max(a.from, b.from))),
    );
  /** Two rightly held at once, unexcused, and no release had come by then that may have let them in. */
  const twice = holds.some((b) => {
    const strays = holds.filter(
      ({ lock, release }) => lock === b.lock && release !== null && !release.failed,
    );
    const first = strays
      .filter((by) => {
        const { asked = 0, answered } = by.release ?? {};
        return answered === Infinity || !by.core(momentBefore(asked)) || mayHaveEnded(by);
      })
      .map(({ release }) => release?.asked ?? 0);
    const sound = (one: Hold): boolean =>
      one.lock === b.lock && !mayHaveEnded(one) && one.from < Math.min(...first);
    return sound(b) && holds.some((a) => a !== b && sound(a) && rightly(a, b) && !excepted(a, b));
  });
  const released = holds.filter(({ release }) => release?.ok);
  /** Whose lock the release of each freed, if it did; one whose lock was freed holds no more when it releases. */
  const victimsOf = (likely: boolean): ReadonlyMap<Hold, Hold> => {
    const victims = new Map<Hold, Hold>();
    for (const by of released.toSorted((a, b) => (a.release?.place ?? 0) - (b.release?.place ?? 0))) {
      const { asked = 0, answered = 0 } = by.release ?? {};
      const heardAfter = holds.find(
        ({ lock, from }, n) => lock === by.lock && n > holds.indexOf(by) && from >= answered,
      );
      const freed = (hold: Hold): boolean => [...victims.values()].includes(hold);
      if (by.core(momentBefore(asked)) && !freed(by) && !expelled(by)) continue;
      const outlasted =
        context.promises.renewals === "none" &&
        context.promises.lease !== "connection" &&
        asked >= by.from + context.ttlMs * 1e6 &&
        !faultOn("clock", "n1", by.asked, asked);
      const over = freed(by) || expelled(by) || outlasted;
      if (!over && !likely) continue;
      const victim = holds.find(
        (hold) =>
          hold.lock === by.lock &&
          holds.indexOf(hold) > holds.indexOf(by) &&
          (hold.from < answered || hold === heardAfter) &&
          hold.asked < answered &&
          hold.core(Math.max(asked, hold.from)) &&
          !freed(hold) &&
          (over || (hold.from <= asked && !rightly(by, hold))) &&
          letIn(hold, by.lock, Math.max(asked, hold.from)),
      );
      if (victim) victims.set(by, victim);
    }
    return victims;
  };
  const victims = victimsOf(!twice);
  const foreign = (by: Hold): Hold | null => victims.get(by) ?? null;
  const freeing = released.filter((by) => foreign(by) !== null || expelled(by)).length;
  const refused = holds.filter(
    ({ client, lock, release }) =>
      release?.failed &&
      holds.some(
        (other) =>
          other.lock === lock &&
          other.client !== client &&
          [...between(release.asked, release.answered), release.asked, release.answered].every((time) =>
            other.core(time),
          ),
      ),
  ).length;
  /** Most of the releases that tell freed what was not their own. */
  const blind = freeing > 0 && freeing >= refused;
  const unknown = freeing + refused === 0;
  const stray = (by: Hold, from: number, to: number): boolean => {
    const { release } = by;
    const freed = release !== null && !release.failed && (blind || !by.core(momentBefore(release.asked)));
    return freed && release.asked <= to && release.answered >= from;
  };
  /** Whether it was promised from its grant until it was told, had it been granted before `other` was told. */
  const stood = (hold: Hold, other: Hold): boolean =>
    !(context.promises.lease === "connection" && !hold.release?.ok) &&
    !endings(hold, hold.from).some(({ from }) => from <= other.from) &&
    !holds.some((by) => by !== hold && by.lock === hold.lock && stray(by, hold.asked, other.from));
  const disordered = (hold: Hold): boolean =>
    holds.some((other) => {
      if (other === hold || other.lock !== hold.lock || hold.token === null || other.token === null)
        return false;
      if (other.token === hold.token) return other.askedAt < hold.askedAt;
      if (other.token < hold.token) return false;
      if (other.toldAt < hold.askedAt) return true;
      if (context.promises.exclusion === "none" || late(hold) || late(other)) return false;
      const over = other.from < hold.from && moments.every((time) => time < hold.from || !other.core(time));
      return over && stood(hold, other);
    });
  const tokensTell = !holds.some(disordered);
  const order = (a: Hold, b: Hold): readonly [Hold, Hold] => {
    const byToken = tokensTell && a.token !== null && b.token !== null && a.token !== b.token;
    const toldFirst = holds.indexOf(a) < holds.indexOf(b);
    if (byToken) return (a.token ?? 0n) < (b.token ?? 0n) ? [a, b] : [b, a];
    const [first, second] = toldFirst ? [a, b] : [b, a];
    return ended(second, first) && !ended(first, second) ? [second, first] : [first, second];
  };

  function cause(earlier: Hold, later: Hold): Cause {
    const { exclusion, lease, renewals } = context.promises;
    if (exclusion === "none") return "not-a-lock";
    const freed = holds.some((by) => {
      if (foreign(by) === null || by.release === null || by.lock !== earlier.lock) return false;
      const victims = foreign(by) === earlier;
      return victims && by.release.asked < later.from && earlier.core(later.from);
    });
    if (freed) return "foreign-release";
    // One who was told second had been granted it since its question.
    const granted = earlier.from < later.from ? earlier.from : earlier.asked;
    const unheard =
      lease === "connection" &&
      (faultOn(null, earlier.client, granted, later.from) ||
        ["partition", "slow", "late-reply", "lost-reply"].some((name) =>
          faultOn(name, null, granted, later.from),
        ));
    const closed =
      lease === "connection" &&
      earlier.lostAt !== null &&
      (earlier.lostAt <= later.from || (endings(earlier, earlier.lostAt).length === 0 && unheard));
    const end = endings(earlier, later.from)[0];
    const stood = endings(later, Infinity)[0]?.from ?? Infinity;
    const both = (time: number): boolean => time < stood && earlier.believes(time) && later.core(time);
    /** Whenever it was carried out between question and answer, the other held, and held on until that was read. */
    const anew = earlier.renewals.some(
      ({ sent, read, until }) =>
        end &&
        sent >= end.landed &&
        sorted.some(
          (since) =>
            since < until && both(since) && (since >= read || [...between(since, read), read].every(both)),
        ),
    );
    if (end ? !anew : closed) return "session-lost";
    if (earlier.claimed || later.claimed) return "late-grant";
    if (moments.some((time) => earlier.core(time) && later.core(time))) {
      const open = earlier.release !== null && !earlier.release.ok && !earlier.release.failed;
      if (!unheard || !open || earlier.lostAt !== null) return robber(earlier, later);
      const crashed = faults.some(
        ({ name, nodes, from }) =>
          name === "kill" && nodes.includes("n1") && earlier.from < from && from < later.from,
      );
      return crashed && context.servers?.join() === "n1" ? "session-lost" : "undetermined";
    }
    if (late(earlier) || late(later)) return "late-grant";
    const over = !earlier.covered(later.from);
    if (!over) return "undetermined";
    if (renewals !== "hidden") return "outlived-lease";
    const long = faults.some(
      (fault) =>
        fault.nodes.includes(earlier.client) &&
        fault.to - fault.from >= context.ttlMs * 1e6 &&
        ((fault.from <= earlier.from && earlier.from < fault.to) ||
          (earlier.from <= fault.from && fault.from < later.from)),
    );
    return long ? "outlived-lease" : "undetermined";
  }

  /** Who took the lock from one that rightly held, for another: the service, unless a release may have been it. */
  function robber(earlier: Hold, later: Hold): Cause {
    if (!blind && !unknown) return "service";
    const mayFree = (by: Hold): boolean =>
      by.lock === earlier.lock &&
      by.release !== null &&
      !by.release.failed &&
      (blind || (!by.core(momentBefore(by.release.asked)) && !(by.release.ok && twice)));
    const since = (hold: Hold): number => Math.max(hold.asked, (hold.until ?? 0) - context.ttlMs * 1e6);
    const heldAll = (hold: Hold, from: number, to: number): boolean => between(from, to).every(hold.core);
    /** Whether another held until a release was answered, and then no more: then it freed nothing of the earlier one's. */
    const barred = (by: Hold): boolean => {
      const { asked = 0, answered = 0 } = by.release ?? {};
      return holds.some((hold) => {
        if (hold.lock !== earlier.lock || mayHaveEnded(hold)) return false;
        const lower =
          tokensTell && hold.token !== null && earlier.token !== null && hold.token < earlier.token;
        const held = coreEnds(hold).some(
          (end) =>
            end >= answered &&
            end <= earlier.from &&
            ((hold.from <= asked && heldAll(hold, asked, end)) || (lower && heldAll(hold, hold.from, end))),
        );
        const robbed = holds.some(
          (other) =>
            other !== by &&
            mayFree(other) &&
            (other.release?.asked ?? 0) < answered &&
            (other.release?.answered ?? 0) > since(hold),
        );
        return held && !robbed;
      });
    };
    const suspects = holds.filter(
      (by) =>
        by !== earlier &&
        mayFree(by) &&
        (by.release?.asked ?? 0) < later.from &&
        (by.release?.answered ?? 0) > since(earlier) &&
        !barred(by),
    );
    return suspects.length === 0 ? "service" : blind ? "foreign-release" : "undetermined";
  }

  return {
    holds,
    moments,
    order,
    cause,
    late,
    foreign,
    faultOn,
    disordered,
    overlap(a, b) {
      const both = moments.filter((time) => a.believes(time) && b.believes(time));
      if (both.length === 0) return null;
      return { from: Math.max(a.from, b.from), until: Math.min(a.ends, b.ends) };
    },
    frozenJustBefore(hold) {
      const freezes = faults.filter(
        ({ name, nodes }) => (name === "pause" || name === "block") && nodes.includes(hold.client),
      );
      const ends = sorted.filter(
        (time) => time <= hold.from && hold.covered(time - 0.5) && !hold.covered(time),
      );
      const over = Math.min(ends.at(-1) ?? hold.from, hold.lostAt ?? Infinity);
      const ran = moments
        .map((time, n) => ({ time, length: (sorted[n + 1] ?? 0) - (sorted[n] ?? 0) }))
        .filter(({ time }) => over < time && time < hold.from)
        .filter(({ time }) => !freezes.some(({ from, to }) => from <= time && time < to))
        .reduce((sum, { length }) => sum + length, 0);
      const just = freezes.some(({ from, to }) => from < hold.from && hold.from <= to + 100e6);
      return just && ran <= 100e6;
    },
    isLater(a, b) {
      if (a === b) return false;
      if (tokensTell && a.token !== null && b.token !== null) return a.token > b.token;
      const mine = moments.filter((time) => a.core(time));
      const theirs = moments.filter((time) => b.core(time));
      return mine.length > 0 && theirs.length > 0 && (mine[0] ?? 0) > (theirs.at(-1) ?? 0);
    },
    challenged(hold) {
      const { client } = hold;
      const lasting = (fault: Fault): boolean =>
        fault.nodes.includes(client) &&
        fault.to - fault.from >= context.ttlMs * 1e6 &&
        ((fault.from <= hold.from && hold.from < fault.to) ||
          (hold.from <= fault.from && fault.from < hold.ends));
      const outlived = moments.some((time) => hold.believes(time) && !hold.covered(time));
      if (outlived && (context.promises.renewals !== "hidden" || faults.some(lasting))) return true;
      const ended = faults.some(
        ({ name, nodes, from }) =>
          name === "session" && nodes.includes(client) && hold.from <= from && from < hold.ends,
      );
      if (ended || hold.killed) return true;
      const { lease, renewals } = context.promises;
      const everEnding = lease === "ttl" && renewals === "none" && !faults.some(lasting);
      if (hold.lostAt !== null && hold.lostAt <= hold.ends && !everEnding) return true;
      return faults.some(
        ({ name, nodes, from, to }) =>
          ["kill", "clock", "failover"].includes(name) &&
          nodes.some((node) => !context.clients.includes(node)) &&
          (hold.core(from) || moments.some((time) => hold.core(time) && from <= time && time < to)),
      );
    },
  };
}

/** The same oracle, which works everything out once. */
export function remembering(oracle: Oracle): Oracle {
  const remembered = <A extends readonly Hold[], R>(ask: (...holds: A) => R): ((...holds: A) => R) => {
    const answers = new Map<string, R>();
    return (...holds) => {
      const key = holds.map(({ id }) => id).join(" ");
      if (!answers.has(key)) answers.set(key, ask(...holds));
      return answers.get(key) as R;
    };
  };
  return {
    ...oracle,
    overlap: remembered(oracle.overlap),
    cause: remembered(oracle.cause),
    late: remembered(oracle.late),
    frozenJustBefore: remembered(oracle.frozenJustBefore),
    disordered: remembered(oracle.disordered),
    isLater: remembered(oracle.isLater),
    challenged: remembered(oracle.challenged),
  };
}

/** What the register did, in its order. */
export const logOf = ({ events }: History): readonly RegisterEvent[] =>
  events.filter((event): event is RegisterEvent => event.process === "register");
