import {
  DefiniteError,
  type AcquireOptions,
  type ClientContext,
  type Grant,
  type LockClient,
} from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { endless, watchLease, type Lease } from "../lease.js";
import { pauseBetween, startPatience } from "../patience.js";
import type { Connection } from "./connection.js";
import type { Attempt, Claim, Method } from "./method.js";

const POLL_MS = { min: 10, max: 50 };

interface Mine {
  readonly attempt: Attempt;
  readonly claim: Claim;
  /** The connection that it was taken on. */
  readonly db: Connection;
  readonly lease: Lease;
}

/** A client of the primary. A connection that is lost is opened anew only by what is asked for next. */
export async function connectLock(
  context: ClientContext,
  method: Method,
  open: (name: string) => Promise<Connection>,
): Promise<LockClient> {
  const { now, owner } = context;
  const name = `lockjepsen ${context.process}`;
  const leases = new Set<Lease>();
  const held = new WeakMap<Grant, Mine>();
  const own = lineOf(() => open(name));
  const beside = lineOf(() => open(`${name} beside`));
  let db = await own.reach();
  const reach = async (): Promise<Connection> => (db = await own.reach());

  function grantOf(attempt: Attempt, claim: Claim): Grant {
    const lease = method.lease === "renewed" ? renewed(attempt, claim) : unending();
    const { validUntil, lost } = lease;
    const { token, session } = claim;
    const grant: Grant = {
      ...(token !== undefined && { token }),
      ...(session !== undefined && { session }),
      validUntil,
      lost,
    };
    held.set(grant, { attempt, claim, db, lease });
    leases.add(lease);
    return grant;

    function renewed({ ttlMs }: Attempt, { sent = now() }: Claim): Lease {
      return watchLease({
        sent,
        ttlMs,
        now,
        renewing: () => context.renewing(grant),
        renewed: (asked) => context.renewed(grant, asked),
        renewal: {
          once: async () => ((await method.extend?.(attempt, claim)) === true ? ttlMs : null),
          gone: "Postgres says that the lease is over",
        },
      });
    }
  }

  const unending = (): Lease => (method.lease === "none" ? endless() : untilClosed(db));

  async function attemptOnce(attempt: Attempt): Promise<Grant | null> {
    const claim = await method.take(attempt);
    if (!claim) return null;
    const until = (claim.sent ?? 0n) + BigInt(attempt.ttlMs) * 1_000_000n;
    // Told too late: frozen meanwhile, or the answer took as long as the lease.
    const late = claim.sent !== undefined && now() >= until;
    if (!late && !db.closed.aborted) return grantOf(attempt, claim);
    if (method.lease !== "connection") await method.giveBack(attempt, await reach(), claim);
    throw new DefiniteError(
      late ? "its lease was over before it was answered" : "its connection closed before it was answered",
    );
  }

  async function acquire(lock: string, { ttlMs, waitMs, signal }: AcquireOptions): Promise<Grant | null> {
    if (signal.aborted) return null;
    const patience = startPatience(waitMs, signal);
    const attempt = {
      reach,
      reachBeside: beside.reach,
      lock,
      ttlMs,
      owner,
      now,
      waitMs,
      patience: patience.signal,
    };
    try {
      for (;;) {
        const grant = await attemptOnce(attempt);
        if (grant || method.waits) return grant;
        await pauseBetween(POLL_MS, patience.signal);
        if (patience.signal.aborted) return null;
      }
    } finally {
      patience.end();
    }
  }

  return {
    acquire,
    async release(grant) {
      const mine = held.get(grant);
      if (!mine) throw new DefiniteError("this connection made no such grant");
      const { lease, attempt, claim } = mine;
      if (!leases.has(lease)) return "not-held"; // given back before
      lease.stop();
      const answer = (await method.giveBack(attempt, mine.db, claim)) ? "released" : "not-held";
      leases.delete(lease);
      return answer;
    },
    close() {
      for (const lease of leases) lease.stop();
      own.close();
      beside.close();
      return Promise.resolve();
    },
  };
}

/** One connection at a time, opened where there is none. */
interface Line {
  reach(): Promise<Connection>;
  close(): void;
}

function lineOf(open: () => Promise<Connection>): Line {
  let current: Connection | undefined;
  let opening: Promise<Connection> | undefined;
  return {
    async reach() {
      if (current && !current.closed.aborted) return current;
      opening ??= open().finally(() => (opening = undefined));
      return (current = await opening);
    },
    close: () => current?.close(),
  };
}

/** Nothing ends it but its connection. */
function untilClosed({ closed }: Connection): Lease {
  const lost = new AbortController();
  const lose = (): void =>
    lost.abort(new Error(`its connection is gone: ${messageOf(closed.reason)}`, { cause: closed.reason }));
  if (closed.aborted) lose();
  else closed.addEventListener("abort", lose, { once: true });
  return {
    ...endless(),
    lost: lost.signal,
    check: () => lost.signal.throwIfAborted(),
    stop: () => closed.removeEventListener("abort", lose),
  };
}
