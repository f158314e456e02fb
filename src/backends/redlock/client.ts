import { randomBytes } from "node:crypto";
import {
  DefiniteError,
  type AcquireOptions,
  type ClientContext,
  type Grant,
  type LockClient,
} from "../../clients/contract.js";
import { watchLease, type Lease } from "../lease.js";
import { tryUntilGranted } from "../patience.js";
import { lockKey } from "../redis/client.js";
import { openConnection } from "../redis/connection.js";
import { DELETE_OWN, EXTEND_OWN } from "../redis/scripts.js";
import { sessionOf } from "../redis/session.js";
import { ballot, closes, count, majority, quorumOf, type Question, type Vote } from "./ballot.js";
import type { Validity } from "./validity.js";

export interface LockOptions {
  readonly validity: Validity;
  /** Extended on the majority at a third of its time to live. */
  readonly renewed: boolean;
  /** How long, ms, a server is waited for that is asked for the lock, or to extend it. */
  askMs(ttlMs: number): number;
}

/** "Retry after a random delay", so that clients which took some servers each do not do so for ever. */
const RETRY_MS = { min: 10, max: 60 };
/** How long the servers may take to give back what they may have set. */
const GIVE_BACK_MS = 5_000;

interface Lock {
  readonly key: string;
  /** Random, of one attempt alone: tells it from anybody else's. */
  readonly value: string;
  readonly ttlMs: number;
}

/** A client of independent servers: the algorithm Redlock, step by step as it is specified. */
export async function connectLock(context: ClientContext, options: LockOptions): Promise<LockClient> {
  const { endpoints, now } = context;
  const { askMs, validity } = options;
  const servers = endpoints.map(openConnection);
  const quorum = quorumOf(servers.length);
  const held = new WeakMap<Grant, { readonly lock: Lock; readonly lease: Lease }>();
  const leases = new Set<Lease>();
  const close = (): void => {
    for (const lease of leases) lease.stop();
    for (const server of servers) server.close();
  };
  const reached = await Promise.allSettled(servers.map((server) => server.reach()));
  if (reached.filter(({ status }) => status === "fulfilled").length < quorum) {
    close();
    throw new DefiniteError(`fewer than ${quorum} of ${servers.length} servers can be reached`);
  }

  /** Null: it was not to be had, and is given back. */
  async function attemptOnce(name: string, ttlMs: number): Promise<Grant | null> {
    const lock: Lock = { key: lockKey(name), value: randomBytes(20).toString("hex"), ttlMs };
    const set: Question = async (redis) =>
      (await redis.call("SET", lock.key, lock.value, "NX", "PX", ttlMs)) === "OK";
    const took = stopwatch(validity.elapsedBy, now);
    const sent = now();
    const losses = servers.map((server) => server.losses);
    const votes = await Promise.all(ballot(servers, set, askMs(ttlMs)));
    const left = ttlMs - took() - validity.drift(ttlMs);
    if (count(votes, "yes") >= quorum && (left > 0 || !validity.checked)) return grantOf(lock, sent);
    await takeBack(lock, votes, losses);
    return null;
  }

  function grantOf(lock: Lock, sent: bigint): Grant {
    const { key, value, ttlMs } = lock;
    const lasts = ttlMs - validity.drift(ttlMs);
    const extend: Question = async (redis) => (await redis.run(EXTEND_OWN, [key], value, ttlMs)) === 1;
    const once = async (): Promise<number | null> => {
      const answer = await majority(ballot(servers, extend, askMs(ttlMs)));
      if (answer === null) throw new Error("no majority of the servers extended it");
      return answer === "yes" ? lasts : null;
    };
    const lease = watchLease({
      sent,
      ttlMs: lasts,
      now,
      renewing: () => context.renewing(grant),
      renewed: (asked) => context.renewed(grant, asked),
      ...(options.renewed && {
        renewal: { once, gone: "a majority of the servers says that the lock is no longer its own" },
      }),
    });
    const { validUntil, lost } = lease;
    const grant: Grant = { validUntil, lost, session: sessionOf(key, value) };
    held.set(grant, { lock, lease });
    leases.add(lease);
    return grant;
  }

  /**
   * "It will try to unlock all the instances, even the ones it believed it was not able to lock." One connection's
   * commands are carried out in their order: what a server was asked to set on this one is undone, or never done, once
   * it answers. Rejects where a majority does not: then the lock may be nobody's until its time to live is over.
   */
  async function takeBack(lock: Lock, votes: readonly Vote[], losses: readonly number[]): Promise<void> {
    const undone = ballot(servers, giveBack(lock), GIVE_BACK_MS).map(async (answer, index) => {
      const answered = ["yes", "no"].includes(await answer);
      return answered && (votes[index] === "yes" || servers[index]?.losses === losses[index]);
    });
    const open = undone.filter((_, index) => votes[index] === "yes" || votes[index] === "silent");
    if (!(await closes(open, servers.length)))
      throw new Error("what it set on a majority of the servers could not be taken back");
  }

  const acquire = (lock: string, { ttlMs, ...waiting }: AcquireOptions): Promise<Grant | null> =>
    tryUntilGranted(() => attemptOnce(lock, ttlMs), RETRY_MS, waiting);

  return {
    acquire,
    async release(grant) {
      const mine = held.get(grant);
      if (!mine) throw new DefiniteError("this connection made no such grant");
      mine.lease.stop();
      leases.delete(mine.lease);
      const answer = await majority(ballot(servers, giveBack(mine.lock), GIVE_BACK_MS));
      if (answer === null) throw new Error("no majority of the servers says whether it was released");
      return answer === "yes" ? "released" : "not-held";
    },
    close() {
      close();
      return Promise.resolve();
    },
  };
}

/** Deletes the lock from a server, if it is still that one. */
const giveBack =
  ({ key, value }: Lock): Question =>
  async (redis) =>
    (await redis.run(DELETE_OWN, [key], value)) === 1;

/** Tells the ms since it was made. */
function stopwatch(by: Validity["elapsedBy"], now: ClientContext["now"]): () => number {
  const since = { wall: Date.now(), monotonic: now() };
  return () => (by === "wall clock" ? Date.now() - since.wall : Number(now() - since.monotonic) / 1e6);
}
