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

/** Several faults may wait for the same client at once: each that comes by serves the one that has waited longest. */
export function createGate(send: (message: FromWorker) => void): Gate {
  const armed = new Map<number, Phase>();
  const waiting = new Map<number, () => void>();
  return {
    arm: (ticket, phase) => void armed.set(ticket, phase),
    disarm: (ticket) => void armed.delete(ticket),
    go: (ticket) => waiting.get(ticket)?.(),
    pass(phase, held) {
      const [ticket] = [...armed].find(([, wanted]) => wanted === phase) ?? [];
      if (ticket === undefined) return null;
      armed.delete(ticket);
      const since = performance.now();
      return new Promise((resolve) => {
        const open = (): void => {
          clearTimeout(timer);
          waiting.delete(ticket);
          resolve(performance.now() - since);
        };
        const timer = setTimeout(open, LONGEST_WAIT_MS);
        waiting.set(ticket, open);
        send({ kind: "at-phase", ticket, ...held });
      });
    },
  };
}
