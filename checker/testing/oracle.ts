/**
 * DESIGN's rules once more, as naively as can be: straight from the events, by looking at every moment between any two
 * instants that the history names. Slow, and written without a look at the judge: what both say is what the rules say.
 */
import {
  isClientEvent,
  type ClientEvent,
  type HistoryEvent,
  type NemesisEvent,
  type RegisterEvent,
} from "../../src/history/event.js";
import type { History } from "../../src/history/history.js";
import type { Cause } from "../types.js";

export interface Hold {
  readonly id: string;
  readonly lock: string;
  readonly client: string;
  readonly token: bigint | null;
  readonly final: boolean;
  readonly asked: number;
  readonly from: number;
  readonly ends: number;
  /** Places in the history. */
  readonly askedAt: number;
  readonly toldAt: number;
  readonly release: {
    readonly asked: number;
    readonly place: number;
    readonly ok: boolean;
    readonly failed: boolean;
    /** Infinity: its outcome is open. */
    readonly answered: number;
  } | null;
  /** Lost was said before the grant was told. */
  readonly claimed: boolean;
  readonly lostAt: number | null;
  /** Its belief ended since its client was killed. */
  readonly killed: boolean;
  believes(time: number): boolean;
  covered(time: number): boolean;
  core(time: number): boolean;
}

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
  const stray = (by: Hold, from: number, to: number): boolean => {
    const before = moments.filter((time) => time < (by.release?.asked ?? 0)).at(-1) ?? -1;
    const freed = by.release !== null && !by.release.failed && !by.core(before);
    return freed && by.release.asked <= to && by.release.answered >= from;
  };
  /** Whether it was promised from its grant until it was told, had it been granted before `other` was told. */
  const stood = (hold: Hold, other: Hold): boolean =>
    !(context.promises.lease === "connection" && !hold.release?.ok) &&
    !faults.some(
      ({ name, nodes, from, to }) =>
        name === "session" && nodes.includes(hold.client) && from <= other.from && to >= hold.asked,
    ) &&
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
  /** Whether a fault may have ended the session of one before the other was told, though not before it was asked for. */
  const ended = (one: Hold, other: Hold): boolean =>
    faults.some(
      ({ name, nodes, from, landed }) =>
        name === "session" && nodes.includes(one.client) && one.asked <= landed && from < other.from,
    );
  const order = (a: Hold, b: Hold): readonly [Hold, Hold] => {
    const byToken = tokensTell && a.token !== null && b.token !== null && a.token !== b.token;
    const toldFirst = holds.indexOf(a) < holds.indexOf(b);
    if (byToken) return (a.token ?? 0n) < (b.token ?? 0n) ? [a, b] : [b, a];
    const [first, second] = toldFirst ? [a, b] : [b, a];
    return ended(second, first) && !ended(first, second) ? [second, first] : [first, second];
  };

  const stillCore = (victim: Hold, asked: number, next: number): boolean =>
    next > asked && [...between(asked, next), next].every((time) => victim.core(time));

  /** Whose lock the release of each freed, if it did; one whose lock was freed holds no more when it releases. */
  const victims = new Map<Hold, Hold>();
  const foreign = (by: Hold): Hold | null => victims.get(by) ?? null;
  const released = holds.filter(({ release }) => release?.ok);
  for (const by of released.toSorted((a, b) => (a.release?.place ?? 0) - (b.release?.place ?? 0))) {
    const { asked = 0, answered = 0 } = by.release ?? {};
    const heardAfter = holds.find(
      ({ lock, from }, n) => lock === by.lock && n > holds.indexOf(by) && from >= answered,
    );
    const freed = (hold: Hold): boolean => [...victims.values()].includes(hold);
    const before = moments.filter((time) => time < asked).at(-1) ?? -1;
    if (by.core(before) && !freed(by)) continue;
    const victim = holds.find(
      (hold) =>
        hold.lock === by.lock &&
        holds.indexOf(hold) > holds.indexOf(by) &&
        (hold.from < answered || hold === heardAfter) &&
        hold.asked < answered &&
        hold.core(Math.max(asked, hold.from)) &&
        !freed(hold) &&
        holds.some(
          (next) =>
            next !== hold && next.lock === by.lock && stillCore(hold, Math.max(asked, hold.from), next.from),
        ),
    );
    if (victim) victims.set(by, victim);
  }
  function cause(earlier: Hold, later: Hold): Cause {
    const { exclusion, lease, renewals } = context.promises;
    if (exclusion === "none") return "not-a-lock";
    const freed = holds.some((by) => {
      if (foreign(by) === null || by.release === null || by.lock !== earlier.lock) return false;
      const victims = foreign(by) === earlier;
      return victims && by.release.asked < later.from && earlier.core(later.from);
    });
    if (freed) return "foreign-release";
    const closed =
      lease === "connection" &&
      earlier.lostAt !== null &&
      (earlier.lostAt <= later.from ||
        (earlier.from < later.from &&
          (faultOn(null, earlier.client, earlier.from, later.from) ||
            ["partition", "slow", "late-reply", "lost-reply"].some((name) =>
              faultOn(name, null, earlier.from, later.from),
            ))));
    if (ended(earlier, later) || closed) return "session-lost";
    if (earlier.claimed || later.claimed) return "late-grant";
    if (moments.some((time) => earlier.core(time) && later.core(time))) return "service";
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
    frozenJustBefore: (hold) =>
      faults.some(
        ({ name, nodes, from, to }) =>
          (name === "pause" || name === "block") &&
          nodes.includes(hold.client) &&
          from <= hold.from &&
          hold.from <= to + 100e6,
      ),
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
      if (ended || hold.killed || (hold.lostAt !== null && hold.lostAt <= hold.ends)) return true;
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

function holdOf(
  ok: ClientEvent,
  events: readonly ClientEvent[],
  faults: readonly Fault[],
  discipline: History["context"]["discipline"],
): Hold {
  const mine = events.filter((event) => event.grant === ok.grant);
  const own = events.filter((event) => event.process === ok.process);
  const asked = own
    .filter((event) => event.f === "acquire" && event.type === "invoke" && place(event) < place(ok))
    .at(-1);
  const releaseAt = mine.find((event) => event.f === "release" && event.type === "invoke");
  const released = mine.find((event) => event.f === "release" && event.type !== "invoke");
  const lost = mine.find((event) => event.f === "lost");
  const others = events.filter((event) => event.client === ok.client && event.process !== ok.process);
  const next = others.find((event) => place(event) > place(own.at(-1) ?? ok));
  const kill = faults.find(
    ({ name, nodes, from }) =>
      name === "kill" && nodes.includes(ok.client) && ok.time <= from && from < (next?.time ?? Infinity),
  );
  const givenUp = Math.min(
    releaseAt?.time ?? Infinity,
    discipline === "checking" && lost ? Math.max(lost.time, ok.time) : Infinity,
  );
  const ends = Math.min(givenUp, kill?.from ?? own.at(-1)?.time ?? Infinity);
  const renewals = mine.filter((event) => event.f === "renew" && event.type === "ok");
  const believes = (time: number): boolean => ok.time <= time && time < ends;
  const covered = (time: number): boolean =>
    time < (ok.validUntil ?? Infinity) ||
    renewals.some(({ sent, validUntil }) => (sent ?? 0) <= time && time < (validUntil ?? 0));
  return {
    id: ok.grant ?? "",
    lock: ok.lock,
    client: ok.client,
    token: ok.token === undefined ? null : BigInt(ok.token),
    final: ok.final === true,
    asked: asked?.time ?? 0,
    askedAt: asked ? place(asked) : -1,
    toldAt: place(ok),
    from: ok.time,
    ends,
    release: releaseAt
      ? {
          asked: releaseAt.time,
          place: place(releaseAt),
          ok: released?.type === "ok",
          failed: released?.type === "fail",
          answered: released?.type === "ok" ? released.time : Infinity,
        }
      : null,
    claimed: lost !== undefined && place(lost) < place(ok),
    lostAt: lost?.time ?? null,
    killed: kill !== undefined && kill.from < givenUp,
    believes,
    covered,
    core: (time) => believes(time) && covered(time),
  };
}

const place = (event: HistoryEvent): number => event.index ?? -1;

interface Fault {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly from: number;
  readonly to: number;
  /** When it was seen to be in effect. */
  readonly landed: number;
}

function verified(events: readonly HistoryEvent[]): readonly Fault[] {
  const nemesis = events.filter((event): event is NemesisEvent => event.process === "nemesis");
  return nemesis
    .filter(({ type, f }) => type === "ok" && f !== "heal" && f !== "recover")
    .map((event) => {
      const healed = nemesis.find(
        ({ fault, f, type }) => fault === event.fault && f === "heal" && type === "ok",
      );
      return {
        name: event.f,
        nodes: event.nodes ?? [],
        from: event.from ?? event.time,
        landed: event.time,
        to: healed?.time ?? Math.max(...events.map(({ time }) => time)),
      };
    });
}

/** What the register did, in its order. */
export const logOf = ({ events }: History): readonly RegisterEvent[] =>
  events.filter((event): event is RegisterEvent => event.process === "register");
