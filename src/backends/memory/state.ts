import type { Behaviour } from "./behaviour.js";
import type { Answer, Request } from "./protocol.js";

/** An answer, and who asked for it. */
export interface Told<To> {
  readonly to: To;
  readonly answer: Answer;
}

/** The lock service without its sockets and clocks: what it is told, and what it says. `now` is monotonic, in ms. */
export interface Service<To> {
  ask(to: To, request: Request, now: number): readonly Told<To>[];
  /** Time has passed. */
  pass(now: number): readonly Told<To>[];
  /** When it next has something to do by itself; Infinity: only when asked. */
  nextAt(): number;
  /** What must outlive a restart. */
  kept(): Kept;
}

/** What a service needs to go on after a restart: who waits is not among it, for their connections are gone. */
export interface Kept {
  readonly grants: number;
  readonly holds: readonly {
    readonly lock: string;
    readonly lease: string;
    readonly ttlMs: number;
    readonly token: number;
  }[];
}

interface Lease<To> {
  readonly id: string;
  readonly lock: Lock<To>;
  readonly ttlMs: number;
  /** Who waits for the lock; null: from before a restart. */
  readonly to: To | null;
  /** Of its grant; 0: none yet. */
  token: number;
  endsAt: number;
  /** When the answer to its grant goes out: renewals that come before go unanswered. */
  toldAt: number;
}

/** More than one holder is a bug's work. */
interface Lock<To> {
  readonly key: string;
  readonly holders: Set<Lease<To>>;
  readonly queue: Set<Lease<To>>;
}

/**
 * Locks under leases, given in the order in which they were asked for, with the number of the grant as token. `before`:
 * what it kept until its restart, `now`. Leases begin anew then, for it knows of no renewal in between.
 */
export function createService<To>(behaviour: Behaviour, before?: Kept, now = 0): Service<To> {
  const leases = new Map<string, Lease<To>>();
  const locks = new Map<string, Lock<To>>();
  let outgoing: (Told<To> & { readonly at: number })[] = [];
  const count = {
    acquires: 0,
    grants: behaviour.recallsCount ? (before?.grants ?? 0) : 0,
    releases: 0,
  };

  function lockOf(name: string, queue: number): Lock<To> {
    return lockAt(`${queue} ${name}`);
  }

  function lockAt(key: string): Lock<To> {
    const lock = locks.get(key) ?? { key, holders: new Set(), queue: new Set() };
    locks.set(key, lock);
    return lock;
  }

  function recall({ lock: key, lease: id, ttlMs, token }: Kept["holds"][number]): void {
    const lock = lockAt(key);
    const endsAt = now + behaviour.lasts(ttlMs);
    const lease: Lease<To> = { id, lock, ttlMs, token, to: null, endsAt, toldAt: 0 };
    leases.set(id, lease);
    lock.holders.add(lease);
  }
  if (behaviour.recallsHolders) before?.holds.forEach(recall);

  const tell = (to: To | null, answer: Answer, at = 0): void =>
    to === null ? undefined : void outgoing.push({ to, answer, at });

  function grant(lease: Lease<To>, now: number): void {
    const n = (count.grants += 1);
    lease.lock.queue.delete(lease);
    if (leases.has(lease.id)) lease.lock.holders.add(lease);
    lease.toldAt = now + behaviour.holdsBack(n, lease.ttlMs);
    lease.token = behaviour.token(n);
    tell(lease.to, { ok: true, token: lease.token }, lease.toldAt);
  }

  /** Lets in who is next, where nobody holds. */
  function admit({ holders, queue }: Lock<To>, most: number, now: number): void {
    if (holders.size > 0) return;
    let admitted = 0;
    for (const lease of queue) {
      if (holders.size > 0 && admitted >= most) return;
      grant(lease, now);
      admitted += 1;
    }
  }

  function end(lease: Lease<To>): void {
    leases.delete(lease.id);
    lease.lock.holders.delete(lease);
    if (lease.lock.queue.delete(lease)) tell(lease.to, { ok: false });
  }

  function expire(now: number): void {
    for (const lease of leases.values()) {
      if (lease.endsAt > now) continue;
      if (behaviour.queuesTheDead && lease.lock.queue.has(lease)) leases.delete(lease.id);
      else end(lease);
    }
    for (const lock of locks.values()) admit(lock, 1, now);
  }

  function acquire(to: To, request: Extract<Request, { do: "acquire" }>, now: number): void {
    const { lease: id, ttlMs, wait } = request;
    const n = (count.acquires += 1);
    const lock = lockOf(request.lock, behaviour.queue(n));
    const endsAt = now + behaviour.lasts(ttlMs);
    const lease: Lease<To> = { id, lock, ttlMs, to, token: 0, endsAt, toldAt: 0 };
    leases.set(id, lease);
    lock.queue.add(lease);
    if (behaviour.forgets(n, lock.queue.size)) lock.holders.clear();
    if (behaviour.jumps(n)) grant(lease, now);
    else admit(lock, 1, now);
    if (!wait && lock.queue.has(lease)) end(lease);
  }

  function renew(to: To, id: string, now: number): void {
    const lease = leases.get(id);
    const waits = lease?.lock.queue.has(lease) ?? false;
    if (lease && (waits ? !behaviour.renewsWaiters : now < lease.toldAt)) return;
    if (lease && (waits || behaviour.extendsHolders)) lease.endsAt = now + behaviour.lasts(lease.ttlMs);
    tell(to, { ok: lease !== undefined || behaviour.renewsTheDead });
  }

  function release(
    to: To,
    { lock: name, lease: id }: Extract<Request, { do: "release" }>,
    now: number,
  ): void {
    const n = (count.releases += 1);
    const lease = leases.get(id);
    const lock = lease?.lock ?? lockOf(name, 0);
    const held = lease !== undefined && lock.holders.has(lease);
    if (held && behaviour.keeps(n)) lease.endsAt = Number.POSITIVE_INFINITY;
    else if (lease) end(lease);
    else if (behaviour.releasesForAnyone) lock.holders.clear();
    tell(to, { ok: held || (!lease && behaviour.releasesForAnyone) });
    admit(lock, behaviour.wakes(n), now);
  }

  function check(to: To, { lock, token }: Extract<Request, { do: "check" }>): void {
    const { holders } = lockOf(lock, 0);
    tell(to, { ok: [...holders].some((lease) => String(lease.token) === token) });
  }

  function pass(now: number): readonly Told<To>[] {
    expire(now);
    const due = outgoing.filter(({ at }) => at <= now);
    outgoing = outgoing.filter(({ at }) => at > now);
    return due.map(({ to, answer }) => ({ to, answer }));
  }

  return {
    ask(to, request, now) {
      // What has ended by now has ended before this was asked: after a freeze, timers and requests come in any order.
      expire(now);
      switch (request.do) {
        case "acquire":
          acquire(to, request, now);
          break;
        case "renew":
          renew(to, request.lease, now);
          break;
        case "release":
          release(to, request, now);
          break;
        case "check":
          check(to, request);
          break;
      }
      return pass(now);
    },
    pass,
    kept: () => ({
      grants: count.grants,
      holds: [...locks.values()].flatMap(({ key, holders }) =>
        [...holders].map(({ id, ttlMs, token }) => ({ lock: key, lease: id, ttlMs, token })),
      ),
    }),
    nextAt: () =>
      Math.min(
        ...[...leases.values()].map(({ endsAt }) => endsAt),
        ...outgoing.map(({ at }) => at),
        Number.POSITIVE_INFINITY,
      ),
  };
}
