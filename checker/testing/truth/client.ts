/** A client of a run: one logical process after the other, that can be frozen and killed at any moment. */
import type { Actor } from "../actor.js";
import type { Entry, Service } from "./service.js";
import { PATIENCE, TTL, type Loop, type Terms } from "./world.js";

/** Yields until when it waits; is resumed with the time at which it runs on. */
export type Life = Generator<number, void, number>;
type Step<T> = Generator<number, T, number>;

export interface Client {
  readonly name: string;
  actor: Actor;
  /** Counts its deaths: what an earlier life still waits for never comes. */
  epoch: number;
  /** What it believes to hold. */
  lease: Lease | null;
  /** Tells of the operation that is open, if it dies in the midst of it. */
  open: (() => void) | null;
}

/** What a client knows of a place in the queue. */
export interface Lease {
  readonly entry: Entry;
  readonly service: Service;
  readonly actor: Actor;
  until: number;
  told: boolean;
  over: boolean;
  lost: string | null;
}

export interface World {
  readonly terms: Terms;
  readonly loop: Loop;
  readonly random: () => number;
  readonly services: ReadonlyMap<string, Service>;
  readonly ends: number;
  /** Lets a life run as its client: not while that is frozen, not beyond its death. */
  drive(client: Client, life: Life): void;
  /** A grant was told. */
  granted(actor: Actor, lease: Lease): void;
  nextProcess(): number;
  /** Its session, or a new one: always, or where that was ended. */
  sessionOf(actor: Actor, fresh: boolean): string;
}

interface Reply<T> {
  readonly sent: number;
  readonly at: number;
  value: T | undefined;
}

export const between = (random: () => number, min: number, max: number): number =>
  min + random() * (max - min);

/** How long a message is under way; Infinity: it never arrives. */
export function leg({ terms, random }: World): number {
  const fate = random();
  if (fate < terms.lost) return Infinity;
  return fate < terms.lost + terms.slow ? between(random, 0.2, 4) : between(random, 0.001, 0.02);
}

function ask<T>(world: World, sent: number, does: (now: number) => T): Reply<T> {
  const arrives = sent + leg(world);
  const reply: Reply<T> = { sent, at: arrives + leg(world), value: undefined };
  world.loop.at(arrives, () => (reply.value = does(arrives)));
  return reply;
}

/** Undefined: no answer in time. After a freeze an answer that lies there may be read, or the deadline comes first. */
function* answerTo<T>(world: World, reply: Reply<T>): Step<{ now: number; value: T | undefined }> {
  const deadline = reply.sent + PATIENCE;
  const now = yield Math.min(reply.at, deadline);
  const read = reply.at <= now && (now <= deadline || world.random() < 0.5);
  return { now, value: read ? reply.value : undefined };
}

export function* lifeOf(client: Client, world: World): Life {
  const { terms, random, services } = world;
  const locks = [...services.keys()];
  let now = yield world.loop.now + between(random, 0, 0.2);
  while (now < world.ends) {
    const lock = locks[Math.floor(random() * locks.length)] ?? "";
    const service = services.get(lock) as Service;
    const actor = client.actor.at(lock);
    const taken = yield* acquire(client, actor, service, now, world);
    now = taken.now;
    let { retired } = taken;
    if (taken.lease) {
      const held = yield* hold(taken.lease, client, now, world);
      const given = yield* release(taken.lease, client, held.now, world);
      now = given.now;
      retired = held.retired || given.retired;
    }
    if (retired) retire(client, taken.lease, world);
    now = yield now + between(random, 0.001, terms.style === "poll" ? 0.1 : 0.03);
  }
}

/** Its connection is closed, and with it goes what hangs on that. */
function retire(client: Client, lease: Lease | null, world: World): void {
  client.actor = client.actor.next(world.nextProcess());
  if (lease) disconnect(lease, world);
}

export function disconnect({ entry, service }: Lease, world: World): void {
  if (world.terms.lease !== "connection") return;
  const now = world.loop.now + between(world.random, 0.001, 0.3);
  world.loop.at(now, () => service.expel(entry.session, now));
}

type Taken = { now: number; lease: Lease | null; retired: boolean };

function* acquire(client: Client, actor: Actor, service: Service, asked: number, world: World): Step<Taken> {
  const { terms, random } = world;
  const session = (): string => world.sessionOf(actor, terms.sessions === "grant");
  client.open = () => void actor.denied(asked, null);
  const fails = (now: number, error: string, type: "fail" | "info"): Taken => {
    actor.denied(asked, now, error, { type });
    client.open = null;
    return { now, lease: null, retired: type === "info" };
  };
  let now = asked;
  const until = asked + between(random, 0.5, 6);
  let lease: Lease | null = null;
  while (lease === null) {
    if (now > until) return fails(now, "timeout", "fail");
    const sent = yield now + between(random, 0.005, 0.04);
    const reply = ask(world, sent, (at) => ({ entry: service.enter(session(), at, terms.style === "poll") }));
    const answer = yield* answerTo(world, reply);
    now = answer.now;
    if (answer.value === undefined) {
      // A place that it does not know of: its connection closes, or its lease ends it.
      if (terms.lease === "connection")
        world.loop.at(now + 5, () => reply.value?.entry && service.expel(reply.value.entry.session, now + 5));
      return fails(now, "no answer", "info");
    }
    const { entry } = answer.value;
    if (entry) lease = { entry, service, actor, until: sent + TTL, told: false, over: false, lost: null };
  }
  watch(lease, client, world);
  for (let first = terms.style === "poll"; !first;) {
    if (now > until) {
      lease.over = true;
      const gone = yield* answerTo(
        world,
        ask(world, now, (at) => service.release(lease.entry, at)),
      );
      return fails(gone.now, "timeout", gone.value === undefined ? "info" : "fail");
    }
    const sent = yield now + between(random, 0.01, 0.06);
    const mine = lease.entry;
    const answer = yield* answerTo(
      world,
      ask(world, sent, (at) => (service.holds(mine, at) ? "mine" : mine.ended === null ? "waiting" : "gone")),
    );
    now = answer.now;
    if (answer.value === "mine") first = true;
    // One that does not look takes the end of its own place for that of the one before it.
    else if (answer.value === "gone" && !terms.looks && mine.granted !== null) first = true;
    else if (answer.value === "gone" || answer.value === undefined) {
      lease.over = true;
      disconnect(lease, world);
      return fails(now, "gone", "info");
    }
  }
  if (terms.looks && (lease.lost !== null || (terms.lease !== "connection" && now >= lease.until))) {
    lease.over = true;
    disconnect(lease, world);
    return fails(now, "its lease was over before it was told", "info");
  }
  if (lease.lost !== null) actor.lost(now, lease.lost);
  const { entry } = lease;
  const shows = terms.tokens === "all" || (terms.tokens === "some" && random() < 0.6);
  actor.acquire(asked, now, {
    ...(shows && { token: entry.token }),
    ...(terms.lease !== "connection" && { until: lease.until }),
    session: entry.session,
  });
  lease.told = true;
  client.open = null;
  client.lease = lease;
  world.granted(actor, lease);
  return { now, lease, retired: false };
}

export function lose(lease: Lease, now: number, why: string): void {
  if (lease.over || lease.lost !== null) return;
  lease.lost = why;
  if (lease.told) lease.actor.lost(now, why);
}

/** Renews a lease by the way, and notices when it is over. */
function watch(lease: Lease, client: Client, world: World): void {
  const { terms } = world;
  if (terms.lease === "connection") return;
  if (terms.lease === "renewed" || terms.lease === "hidden")
    world.drive(client, keepAlive(lease, client, world));
  if (terms.lease !== "hidden") world.drive(client, watchdog(lease, world));
}

function* watchdog(lease: Lease, world: World): Life {
  let now = world.loop.now;
  while (!lease.over && lease.lost === null) {
    if (now >= lease.until) return lose(lease, now, "its lease is over");
    now = yield lease.until;
  }
}

function* keepAlive(lease: Lease, client: Client, world: World): Life {
  let now = world.loop.now;
  for (;;) {
    now = yield now + TTL / 3;
    if (lease.over || lease.lost !== null) return;
    if (now >= lease.until) return lose(lease, now, "its lease is over");
    const sent = now;
    world.drive(
      client,
      hear(
        lease,
        ask(world, sent, (at) => lease.service.renew(lease.entry, at)),
        world,
      ),
    );
  }
}

function* hear(lease: Lease, reply: Reply<boolean>, { terms }: World): Life {
  const now = yield reply.at;
  if (lease.over) return;
  if (!reply.value) return lose(lease, now, "the service says that it is gone");
  const until = reply.sent + TTL;
  lease.until = Math.max(lease.until, until);
  if (lease.told && terms.lease === "renewed") lease.actor.renew(reply.sent, now, lease.until);
}

type Done = { now: number; retired: boolean };

function* hold(lease: Lease, client: Client, from: number, world: World): Step<Done> {
  const { terms, random } = world;
  const read = yield* touch("read", lease, client, yield from + 0.0005, world);
  if (read.retired) return read;
  const works = between(random, 0, random() < 0.3 ? 3 : 0.4);
  const now = yield read.now + works;
  if (terms.discipline === "checking") {
    if (terms.lease !== "connection" && now >= lease.until) lose(lease, now, "over by its own clock");
    if (lease.lost !== null) return { now, retired: false };
  }
  return yield* touch("write", lease, client, yield now + 0.0005, world);
}

function* touch(
  f: "read" | "write",
  { actor }: Lease,
  client: Client,
  asked: number,
  world: World,
): Step<Done> {
  const arrives = asked + leg(world);
  const applied = Number.isFinite(arrives) ? arrives : null;
  const back = arrives + leg(world);
  client.open = () => void actor[f](asked, null, { applied });
  const deadline = asked + PATIENCE;
  const now = yield Math.min(back, deadline);
  client.open = null;
  const heard = back <= now && (now <= deadline || world.random() < 0.5);
  actor[f](asked, now, { applied, ...(!heard && { open: true }) });
  return { now, retired: !heard };
}

function* release(lease: Lease, client: Client, from: number, world: World): Step<Done> {
  const { actor, entry, service } = lease;
  const asked = yield from + 0.0005;
  lease.over = true;
  client.lease = null;
  client.open = () => void actor.release(asked, null);
  const answer = yield* answerTo(
    world,
    ask(world, asked, (at) => service.release(entry, at)),
  );
  client.open = null;
  actor.release(
    asked,
    answer.now,
    answer.value === undefined ? "no answer" : answer.value ? undefined : "not-held",
  );
  return { now: answer.now, retired: answer.value === undefined };
}
