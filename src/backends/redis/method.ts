import { messageOf } from "../../error.js";
import type { Connection } from "./connection.js";
import { DELETE_OWN, TAKE_FENCED } from "./scripts.js";

/** One try to take a lock. */
export interface Attempt {
  readonly redis: Connection;
  readonly key: string;
  /** Random, of this attempt alone: tells the own lock from anybody else's. */
  readonly value: string;
  readonly ttlMs: number;
  now(): bigint;
}

/** The lock, taken. */
export interface Claim {
  readonly token?: bigint;
  /** When the command that set its time to live was sent. */
  readonly sent: bigint;
}

/** The heart of a recipe. */
export interface Method {
  /** Null: somebody else holds it. Throws where that is not known; what this may have set carries the attempt's value. */
  take(attempt: Attempt): Promise<Claim | null>;
  /** False: it was no longer there. */
  giveBack(attempt: Attempt): Promise<boolean>;
  /** Until its time to live is over, extended before it is, or until it is released. */
  readonly lease: "fixed" | "renewed" | "none";
}

/** `SET key value NX PX ttl`: taken and given its end in one command. */
export async function takeBySet({ redis, key, value, ttlMs, now }: Attempt): Promise<Claim | null> {
  const sent = now();
  return (await redis.call("SET", key, value, "NX", "PX", ttlMs)) === "OK" ? { sent } : null;
}

/** The same and a number that grows with every grant, in one script. */
export async function takeFenced({ redis, key, value, ttlMs, now }: Attempt): Promise<Claim | null> {
  const sent = now();
  const number = await redis.run(TAKE_FENCED, [key, `${key}:token`], value, ttlMs);
  // Exact: a counter that starts at 1 does not grow out of what a double holds.
  return typeof number === "number" ? { sent, token: BigInt(number) } : null;
}

/** `SETNX`, which knows no end. */
export async function takeForEver({ redis, key, value, now }: Attempt): Promise<Claim | null> {
  const sent = now();
  return (await redis.call("SETNX", key, value)) === 1 ? { sent } : null;
}

/** `SETNX`, then `EXPIRE`: who dies in between leaves a lock for ever. */
export async function takeInTwoSteps(attempt: Attempt): Promise<Claim | null> {
  if (!(await takeForEver(attempt))) return null;
  const sent = attempt.now();
  const found = await attempt.redis
    .call("EXPIRE", attempt.key, attempt.ttlMs / 1_000)
    .catch((error: unknown) => {
      // Whatever it says of itself: the lock is there, for ever.
      throw new Error(`no time to live was set: ${messageOf(error)}`, { cause: error });
    });
  if (found !== 1) throw new Error("the key was gone before its time to live could be set");
  return { sent };
}

/** As long as a replica may take to say that it has the lock. */
const WAIT_MS = 1_000;

/** The same as by SET, and not taken until a replica has it: `WAIT` counts those that acknowledged all that was sent. */
export async function takeReplicated(attempt: Attempt): Promise<Claim | null> {
  const claim = await takeBySet(attempt);
  if (!claim) return null;
  const withinMs = Math.min(WAIT_MS, Math.ceil(attempt.ttlMs / 2));
  const acknowledged = await attempt.redis.call("WAIT", 1, withinMs);
  if (acknowledged === 0) throw new Error(`no replica had it within ${withinMs} ms`);
  return claim;
}

/** Deletes the lock if it is still the own one. */
export const deleteOwn = async ({ redis, key, value }: Attempt): Promise<boolean> =>
  (await redis.run(DELETE_OWN, [key], value)) === 1;

/** Deletes the lock, whoever's it is. */
export const deleteAny = async ({ redis, key }: Attempt): Promise<boolean> =>
  (await redis.call("DEL", key)) === 1;
