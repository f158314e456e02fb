/** What a run is drawn from, and the network, the clock and the freezes in it: in virtual time, from a seed. */
import type { ContextChanges } from "../context.js";
import type { Bug } from "./service.js";

export interface Terms {
  readonly seed: number;
  readonly bug: Bug;
  /** poll: one command takes the lock where it is free. queue: a place in the queue, then waits for its turn. */
  readonly style: "poll" | "queue";
  readonly lease: "renewed" | "fixed" | "hidden" | "connection";
  /** Whether the recipe looks at its lease before it says OK. */
  readonly looks: boolean;
  readonly tokens: "all" | "some" | "none";
  /** What ends together: one grant, or all that a process holds until it is told. */
  readonly sessions: "grant" | "process";
  readonly discipline: "trusting" | "checking";
  readonly fencing: "off" | "on" | "writes";
  readonly locks: number;
  readonly clients: number;
  /** s; how often each kind of fault comes in a run. */
  readonly duration: number;
  readonly pauses: number;
  readonly kills: number;
  readonly sessionEnds: number;
  readonly forgets: number;
  /** Of messages to and from the service, and to and from the register. */
  readonly slow: number;
  readonly lost: number;
  /** Whether its documentation gives its promise up when a server is killed. */
  readonly excepted: boolean;
}

export const TTL = 2;
/** What a client waits for an answer at most. */
export const PATIENCE = 1;

export const changesOf = (terms: Terms): ContextChanges => ({
  ttlMs: TTL * 1e3,
  promises: {
    exclusion: "service",
    lease: terms.lease === "connection" ? "connection" : "ttl",
    renewals: terms.lease === "renewed" ? "visible" : terms.lease === "hidden" ? "hidden" : "none",
    token: terms.tokens === "none" ? null : "a number",
    except: terms.excepted ? ["kill"] : [],
  },
  fencing: terms.fencing,
  discipline: terms.discipline,
  locks: names("lock-", terms.locks),
  clients: names("c", terms.clients),
});

export const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${n + 1}`);

export interface Loop {
  readonly now: number;
  at(time: number, run: () => void): void;
  run(): void;
}

export function createLoop(): Loop {
  const tasks: { readonly time: number; readonly run: () => void }[] = [];
  let now = 0;
  return {
    get now() {
      return now;
    },
    at(time, run) {
      if (time === Infinity) return;
      let low = 0;
      let high = tasks.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((tasks[middle]?.time ?? 0) > time) low = middle + 1;
        else high = middle;
      }
      tasks.splice(low, 0, { time, run });
    },
    run() {
      for (let task = tasks.pop(); task; task = tasks.pop()) {
        now = Math.max(now, task.time);
        task.run();
      }
    },
  };
}
