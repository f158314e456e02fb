import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../error.js";
import type { Phase } from "../../nemesis/types.js";
import type { Workload } from "../../workloads/types.js";
import type { ProcessId } from "../history/event.js";
import type { Random } from "../random.js";
import { createHold, HoldEnded } from "./hold.js";
import { nextProcess, openSession, type Held, type Session, type SessionParts } from "./session.js";

const BACKOFF_MS = { min: 20, max: 60 };
const UNREACHABLE_MS = 250;

/** The life of a client: takes a lock, does a round of the workload, releases, again and again, until it shall drain. */
export interface Rounds {
  run(): Promise<void>;
  /**
   * Once all faults are healed: tries `probe`, the locks that it shall find free within `waitMs` from now, and reads every
   * register.
   */
  finish(probe: readonly string[], waitMs: number): Promise<void>;
  drain(): void;
  grants(): number;
}

export function createRounds(workload: Workload, parts: SessionParts & { readonly random: Random }): Rounds {
  const { config, scribe, gate, random } = parts;
  const draining = new AbortController();
  let number: ProcessId = config.firstProcess;
  let session: Session | undefined;
  let grants = 0;
  let names = 0;
  let working = Promise.resolve();

  /** The session of the process that is not retired; undefined when the service cannot be reached just now. */
  async function current(): Promise<Session | undefined> {
    if (session?.retired) {
      await session.close();
      session = undefined;
      number = nextProcess(number, config.stride);
    }
    try {
      session ??= await openSession(number, parts);
      return session;
    } catch (error) {
      const lock = config.locks[0] ?? "";
      // An attempt that certainly did nothing, recorded as such: the history tells why nothing happens.
      scribe.note({ process: number, lock, type: "invoke", f: "acquire" });
      scribe.note({
        process: number,
        lock,
        type: "fail",
        f: "acquire",
        error: `cannot connect: ${messageOf(error)}`,
      });
      await sleep(UNREACHABLE_MS);
      return undefined;
    }
  }

  async function atPhase(phase: Phase, now: Session, held: Held): Promise<void> {
    const waited = gate.pass(phase, held.atPhase);
    if (!waited) return;
    const value = { phase, waitedMs: await waited };
    scribe.note({ process: now.process, lock: held.lock, grant: held.id, type: "info", f: "phase", value });
  }

  async function inside(now: Session, lock: string, held: Held | null): Promise<void> {
    const unique = (): string => `${now.process}-${(names += 1)}`;
    const hold = createHold(now, lock, held, { ...parts, draining: () => draining.signal.aborted, unique });
    try {
      await workload.round(hold);
    } catch (error) {
      if (!(error instanceof HoldEnded)) throw error;
    }
  }

  async function round(): Promise<void> {
    const now = await current();
    if (!now) return;
    const lock = config.locks[random.below(config.locks.length)] ?? "";
    const held = await now.acquire(lock, { waitMs: config.waitMs, signal: draining.signal });
    if (!held) {
      if (config.discipline === "heedless" && !now.retired && !draining.signal.aborted)
        await inside(now, lock, null);
      await sleep(random.between(BACKOFF_MS.min, BACKOFF_MS.max));
      return;
    }
    grants += 1;
    await atPhase("granted", now, held);
    await inside(now, lock, held);
    await atPhase("before-release", now, held);
    await now.release(held);
  }

  async function workOn(): Promise<void> {
    while (!draining.signal.aborted) await round();
  }

  async function finalRead(now: Session, lock: string): Promise<void> {
    const about = { process: now.process, lock, f: "read", final: true } as const;
    scribe.note({ ...about, type: "invoke" });
    try {
      const line = { f: "read", lock, client: config.client, by: now.process, final: true } as const;
      const answer = await now.register.request(line);
      if (answer.applied) scribe.note({ ...about, type: "ok", version: answer.version, value: answer.value });
      else scribe.note({ ...about, type: "fail", error: answer.error });
    } catch (error) {
      scribe.note({ ...about, type: "info", error: messageOf(error) });
      now.retire();
    }
  }

  return {
    grants: () => grants,
    drain: () => draining.abort(),
    run: () => (working = workOn()),
    async finish(probe, waitMs) {
      // A client that was frozen for long hears of the end in the middle of its round: a process does one thing at a time.
      await working;
      const never = new AbortController().signal;
      const since = performance.now();
      for (const lock of probe) {
        const now = await current();
        // All locks have the same time to become free: the wait for one is a wait for all.
        const leftMs = Math.max(0, Math.round(waitMs - (performance.now() - since)));
        const held = await now?.acquire(lock, { waitMs: leftMs, signal: never, final: true });
        if (now && held) await now.release(held, { final: true });
      }
      for (const lock of config.locks) {
        const now = await current();
        if (now) await finalRead(now, lock);
      }
      await session?.close();
    },
  };
}
