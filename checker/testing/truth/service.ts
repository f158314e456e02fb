/** A lock service that remembers what really happened, sound or with one bug. Times are in seconds. */

/** Why a hold came to its end. `robbed`: the service itself ended it before its promise was over. */
export type End = "released" | "expired" | "session" | "foreign" | "robbed";

/** A place in the service's queue for one lock; the first in it holds. */
export interface Entry {
  readonly session: string;
  readonly token: number;
  readonly entered: number;
  granted: number | null;
  ended: number | null;
  end: End | null;
  /** When the service will end it, and when it may at the earliest by what it has acknowledged. */
  expires: number;
  promised: number;
  /** When a dead place was renewed, as if it stood. */
  readonly revived: number[];
  /** Who released it, though it was not its own. */
  freedBy: Entry | null;
  /** Let in beside a holder. */
  readonly rogue: boolean;
}

export const BUGS = [
  "grants-twice",
  "expires-early",
  "forgets",
  "renews-the-dead",
  "releases-any",
  "tokens-fall",
  "tokens-repeat",
] as const;
export type Bug = (typeof BUGS)[number] | "none";

export interface ServiceTerms {
  /** Infinity: a hold lasts for as long as its connection. */
  readonly ttl: number;
  readonly bug: Bug;
  readonly random: () => number;
}

export interface Service {
  /** Takes a place in the queue, or (`alone`) only where nobody is in it; null: held. */
  enter(session: string, now: number, alone: boolean): Entry | null;
  holds(entry: Entry, now: number): boolean;
  renew(entry: Entry, now: number): boolean;
  release(entry: Entry, now: number): boolean;
  /** Ends a session; false: nothing hung on it. */
  expel(session: string, now: number): boolean;
  /** Loses what it knows. */
  forget(now: number): void;
}

export function createService({ ttl, bug, random }: ServiceTerms): Service {
  let queue: Entry[] = [];
  let freed = 0;
  let token = 40;
  const seldom = (name: Bug, share: number): boolean => bug === name && random() < share;
  const length = (): number => (seldom("expires-early", 0.3) ? ttl * 0.4 : ttl);

  function finish(entry: Entry, now: number, end: End): void {
    entry.ended = now;
    entry.end = end;
    queue = queue.filter((one) => one !== entry);
    freed = Math.max(freed, now);
  }

  /** Ends what is over and lets the next one in, up to now. */
  function settle(now: number): void {
    for (;;) {
      const [head] = queue;
      if (head) head.granted ??= Math.max(head.entered, freed);
      const [over] = queue.filter(({ expires }) => expires <= now).toSorted((a, b) => a.expires - b.expires);
      if (!over) return;
      finish(over, over.expires, over.expires < over.promised ? "robbed" : "expired");
    }
  }

  function nextToken(): number {
    if (seldom("tokens-repeat", 0.15)) return token;
    token += 3;
    return seldom("tokens-fall", 0.15) ? token - 8 : token;
  }

  return {
    enter(session, now, alone) {
      settle(now);
      const [head] = queue;
      const rogue = head !== undefined && seldom("grants-twice", 0.1);
      if (alone && head && !rogue) return null;
      const entry: Entry = {
        session,
        token: nextToken(),
        entered: now,
        granted: rogue ? now : null,
        ended: null,
        end: null,
        expires: now + length(),
        promised: now + ttl,
        revived: [],
        freedBy: null,
        rogue,
      };
      queue.push(entry);
      settle(now);
      return entry;
    },
    holds(entry, now) {
      settle(now);
      return queue[0] === entry || (entry.rogue && queue.includes(entry));
    },
    renew(entry, now) {
      settle(now);
      if (queue.includes(entry)) {
        entry.expires = now + length();
        entry.promised = now + ttl;
        return true;
      }
      if (bug !== "renews-the-dead" || entry.granted === null) return false;
      entry.revived.push(now);
      return true;
    },
    release(entry, now) {
      settle(now);
      const freeing = queue.includes(entry) ? entry : bug === "releases-any" ? queue[0] : undefined;
      if (!freeing) return false;
      if (freeing !== entry) freeing.freedBy = entry;
      finish(freeing, now, freeing === entry ? "released" : "foreign");
      settle(now);
      return true;
    },
    expel(session, now) {
      settle(now);
      const gone = queue.filter((one) => one.session === session);
      for (const entry of gone) finish(entry, now, "session");
      settle(now);
      return gone.length > 0;
    },
    forget(now) {
      settle(now);
      for (const entry of queue) finish(entry, now, "robbed");
    },
  };
}

/** When the service owed it the lock: for as long as it had promised, but for what rightly ended it before. */
export function owed(
  { granted, end, ended, promised, revived }: Entry,
  ttl: number,
): readonly { readonly from: number; readonly to: number }[] {
  const until = end === "robbed" ? promised : (ended ?? Infinity);
  return [
    ...(granted === null ? [] : [{ from: granted, to: until }]),
    ...revived.map((from) => ({ from, to: from + ttl })),
  ];
}
