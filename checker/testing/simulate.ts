/** A lock service that keeps its word, clients that freeze now and then, and a slow network: in virtual time, from a seed. */
import type { History } from "../../src/history/history.js";
import type { Actor } from "./actor.js";
import type { ContextChanges } from "./context.js";
import { scenario } from "./scenario.js";

export interface Simulation {
  readonly changes: ContextChanges;
  readonly clients: number;
  /** Rounds of each client. */
  readonly rounds: number;
  /** How long a freeze lasts at most, in s. */
  readonly freeze: number;
  /** How often a write is under way for so long that its client gives up waiting, in [0, 1]. */
  readonly slowWrites: number;
  readonly seed: number;
}

const TTL = 2;
const PATIENCE = 1;

/** What a client waits for: a moment at the service or on the network, or one at which it runs itself. */
interface Wait {
  readonly until: number;
  readonly awake: boolean;
}
type Life = Generator<Wait, void, number>;

export function simulate({ changes, clients, rounds, freeze, slowWrites, seed }: Simulation): History {
  const random = mulberry32(seed);
  const between = (min: number, max: number): number => min + random() * (max - min);
  const latency = (): number => between(0.001, 0.02);
  const tells = scenario({ ...changes, ttlMs: TTL * 1e3, clients: names(clients) });
  const service = { holder: null as Actor | null, expires: 0, token: 40 };
  const holds = (actor: Actor, now: number): boolean => service.holder === actor && now < service.expires;

  function* life(first: Actor): Life {
    let actor = first;
    let now = yield awake(between(0, 0.3));
    for (let round = 0; round < rounds; round += 1) {
      const asked = now;
      let token: number | null = null;
      let sent = asked;
      while (token === null && now < asked + 8) {
        sent = yield awake(now + 0.03);
        now = yield away(sent + latency());
        if (service.holder === null || now >= service.expires) {
          token = service.token += 1;
          service.holder = actor;
          service.expires = now + TTL;
        }
        now = yield awake(now + latency());
      }
      // The recipe looks at its lease before it says OK.
      if (token === null || now >= sent + TTL) {
        actor.denied(asked, now);
        continue;
      }
      actor.acquire(asked, now, { token, until: sent + TTL });
      const open = yield* hold(actor, now);
      now = yield awake(open.now + 0.001);
      const asking = now;
      now = yield away(now + latency());
      const mine = holds(actor, now);
      if (mine) service.holder = null;
      now = yield awake(now + latency());
      actor.release(asking, now, mine ? undefined : "not-held");
      if (open.open) actor = actor.next(actor.process + clients);
      now = yield awake(now + between(0.001, 0.1));
    }
  }

  /** Reads, works, renews by the way, writes. */
  function* hold(actor: Actor, from: number): Generator<Wait, { now: number; open: boolean }, number> {
    let asked = yield awake(from + 0.001);
    let applied = yield away(asked + latency());
    let now = yield awake(applied + latency());
    actor.read(asked, now, { applied });
    const until = now + between(0, 3);
    while (now < until) {
      now = yield awake(Math.min(until, now + TTL / 3));
      const sent = now;
      now = yield away(now + latency());
      const kept = holds(actor, now);
      if (kept) service.expires = now + TTL;
      now = yield awake(now + latency());
      if (kept) actor.renew(sent, now, sent + TTL);
      else {
        actor.lost(now);
        if (changes.discipline === "checking") return { now, open: false };
      }
    }
    asked = yield awake(now + 0.001);
    if (random() < slowWrites) {
      applied = asked + between(PATIENCE, 4);
      now = yield awake(asked + PATIENCE);
      actor.write(asked, now, { applied, open: true });
      return { now, open: true };
    }
    applied = yield away(asked + latency());
    now = yield awake(applied + latency());
    actor.write(asked, now, { applied });
    return { now, open: false };
  }

  const asleep = names(clients).map((name) => {
    const from = between(0, rounds);
    const to = from + between(0, freeze);
    if (freeze > 0) tells.fault("pause", [name], from, to);
    return { from, to: freeze > 0 ? to : from };
  });
  const lives = names(clients).map((name, n) => life(tells.client(name, n)));
  const waits = lives.map((one) => one.next());
  let end = 0;
  for (;;) {
    const times = waits.map((wait, n) => (wait.done ? Infinity : when(wait.value, asleep[n])));
    const next = Math.min(...times);
    if (next === Infinity) break;
    const n = times.indexOf(next);
    waits[n] = lives[n]?.next(next) ?? { done: true, value: undefined };
    end = next;
  }
  tells.end(end + 5);
  return tells.history();
}

const awake = (until: number): Wait => ({ until, awake: true });
const away = (until: number): Wait => ({ until, awake: false });

const when = (wait: Wait, asleep: { from: number; to: number } | undefined): number =>
  wait.awake && asleep && asleep.from <= wait.until && wait.until < asleep.to ? asleep.to + 1e-6 : wait.until;

const names = (clients: number): readonly string[] => Array.from({ length: clients }, (_, n) => `c${n + 1}`);

/** A small generator of numbers in [0, 1) that is the same everywhere. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
