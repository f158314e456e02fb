import { randomUUID } from "node:crypto";
import type { Recipe } from "../backends/types.js";
import { grantId, processId, token, type GrantId, type ProcessId } from "../history/event.js";
import { connectRegister, type RegisterClient } from "../register/client.js";
import { messageOf } from "../error.js";
import { DefiniteError, type Grant, type LockClient } from "./contract.js";
import type { Gate } from "./gate.js";
import type { HeldAtPhase, WorkerConfig } from "./protocol.js";
import type { Scribe } from "./scribe.js";

/** One logical process: one connection, session and owner. Retired after the first outcome that is open (`info`). */
export interface Session {
  readonly process: ProcessId;
  readonly owner: string;
  readonly register: RegisterClient;
  readonly retired: boolean;
  retire(): void;
  /** Takes the lock, and records it. Null: not held, as far as it knows. */
  acquire(lock: string, options: { waitMs: number; signal: AbortSignal; final?: true }): Promise<Held | null>;
  release(held: Held, options?: { final?: true }): Promise<void>;
  close(): Promise<void>;
}

/** A grant that this client believes to hold. */
export interface Held {
  readonly id: GrantId;
  readonly lock: string;
  readonly token: bigint | undefined;
  readonly grant: Grant;
  /** What a holder that waits at a phase tells of this hold. */
  readonly atPhase: HeldAtPhase;
  /** The recipe's word that the lock is lost was recorded. */
  lost: boolean;
  /** Release was asked for: what comes in later is no longer of interest. */
  over: boolean;
}

export interface SessionParts {
  readonly config: WorkerConfig;
  readonly recipe: Recipe;
  readonly scribe: Scribe;
  readonly gate: Gate;
}

/** Connects to the lock service and to the register. Rejects when either cannot be reached: nothing was done then. */
export async function openSession(number: ProcessId, parts: SessionParts): Promise<Session> {
  const { config, recipe, scribe, gate } = parts;
  const owner = randomUUID();
  const holding = new Map<Grant, Held>();
  let grants = 0;
  let retired = false;

  const register = await connectRegister(config.register);
  const client: LockClient = await recipe
    .connect({
      endpoints: config.endpoints,
      process: number,
      owner,
      now: () => process.hrtime.bigint(),
      renewed(grant, sent) {
        const held = holding.get(grant);
        const validUntil = grant.validUntil();
        if (held && validUntil !== undefined)
          scribe.note({
            ...of(held),
            type: "ok",
            f: "renew",
            sent: scribe.at(sent),
            validUntil: scribe.at(validUntil),
          });
      },
      async renewing(grant) {
        const held = holding.get(grant);
        const waited = held && gate.pass("renewing", held.atPhase);
        if (waited)
          scribe.note({
            ...of(held),
            type: "info",
            f: "phase",
            value: { phase: "renewing", waitedMs: await waited },
          });
      },
    })
    .catch((error: unknown) => {
      register.close();
      throw error;
    });

  const of = (held: Held): { process: ProcessId; lock: string; grant: GrantId } => ({
    process: number,
    lock: held.lock,
    grant: held.id,
  });

  function hold(lock: string, grant: Grant): Held {
    grants += 1;
    const id = grantId(`${number}.${grants}`);
    const held: Held = {
      id,
      lock,
      token: grant.token,
      grant,
      atPhase: { lock, grant: id, ...(grant.session !== undefined && { session: grant.session }) },
      lost: false,
      over: false,
    };
    holding.set(grant, held);
    const lose = (): void => {
      if (held.lost || held.over) return;
      held.lost = true;
      scribe.note({ ...of(held), type: "info", f: "lost", error: messageOf(grant.lost.reason) });
    };
    // Lost before it was granted: recorded before the `ok`, which then claims what the client itself gave up.
    if (grant.lost.aborted) lose();
    else grant.lost.addEventListener("abort", lose, { once: true });
    return held;
  }

  return {
    process: number,
    owner,
    register,
    get retired() {
      return retired;
    },
    retire() {
      retired = true;
    },

    async acquire(lock, { waitMs, signal, final }) {
      const about = { process: number, lock, ...(final && { final }) } as const;
      scribe.note({ ...about, type: "invoke", f: "acquire", value: { ttlMs: config.ttlMs, waitMs } });
      try {
        const grant = await client.acquire(lock, { ttlMs: config.ttlMs, waitMs, signal });
        if (!grant) {
          const error = signal.aborted ? "cancelled" : waitMs === 0 ? "held" : "timeout";
          scribe.note({ ...about, type: "fail", f: "acquire", error });
          return null;
        }
        const held = hold(lock, grant);
        const validUntil = grant.validUntil();
        scribe.note({
          ...about,
          type: "ok",
          f: "acquire",
          grant: held.id,
          ...(grant.token !== undefined && { token: token(String(grant.token)) }),
          ...(grant.session !== undefined && { session: grant.session }),
          ...(validUntil !== undefined && { validUntil: scribe.at(validUntil) }),
        });
        return held;
      } catch (error) {
        const definite = error instanceof DefiniteError;
        scribe.note({ ...about, type: definite ? "fail" : "info", f: "acquire", error: messageOf(error) });
        retired ||= !definite;
        return null;
      }
    },

    async release(held, { final } = {}) {
      const about = { ...of(held), ...(final && { final }) } as const;
      held.over = true;
      holding.delete(held.grant);
      scribe.note({ ...about, type: "invoke", f: "release" });
      try {
        const outcome = await client.release(held.grant);
        if (outcome === "released") scribe.note({ ...about, type: "ok", f: "release" });
        else scribe.note({ ...about, type: "fail", f: "release", error: outcome });
      } catch (error) {
        const definite = error instanceof DefiniteError;
        scribe.note({ ...about, type: definite ? "fail" : "info", f: "release", error: messageOf(error) });
        retired ||= !definite;
      }
    },

    async close() {
      register.close();
      await client.close();
    },
  };
}

/** The process that follows a retired one. */
export const nextProcess = (number: ProcessId, stride: number): ProcessId => processId(number + stride);
