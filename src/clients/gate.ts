import type { Phase } from "../../nemesis/types.js";
import type { FromWorker, HeldAtPhase } from "./protocol.js";

/** Where a holder waits, for a moment, that a fault may land at just this phase of its hold. */
export interface Gate {
  arm(ticket: number, phase: Phase): void;
  disarm(ticket: number): void;
  go(ticket: number): void;
  /** Waits if a fault is aimed at this phase; `waited` ms are told afterwards. Null: none was. */
  pass(phase: Phase, held: HeldAtPhase): Promise<number> | null;
}

/** Bounded: a tester that is slow to answer must not hold the lock by itself. */
const LONGEST_WAIT_MS = 1_000;

export function createGate(send: (message: FromWorker) => void): Gate {
  let armed: { ticket: number; phase: Phase } | undefined;
  let waiting: { ticket: number; open(): void } | undefined;
  return {
    arm(ticket, phase) {
      armed = { ticket, phase };
    },
    disarm(ticket) {
      if (armed?.ticket === ticket) armed = undefined;
    },
    go(ticket) {
      if (waiting?.ticket === ticket) waiting.open();
    },
    pass(phase, held) {
      if (armed?.phase !== phase) return null;
      const { ticket } = armed;
      armed = undefined;
      const since = performance.now();
      return new Promise((resolve) => {
        const open = (): void => {
          clearTimeout(timer);
          waiting = undefined;
          resolve(performance.now() - since);
        };
        const timer = setTimeout(open, LONGEST_WAIT_MS);
        waiting = { ticket, open };
        send({ kind: "at-phase", ticket, ...held });
      });
    },
  };
}
