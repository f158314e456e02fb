import { setTimeout as sleep } from "node:timers/promises";

/** How long an acquire goes on waiting: until `waitMs` are over or `signal` aborts. `end` it when no longer needed. */
export interface Patience {
  readonly signal: AbortSignal;
  end(): void;
}

/** `waitMs` 0: out of patience from the start. */
export function startPatience(waitMs: number, signal: AbortSignal): Patience {
  const controller = new AbortController();
  const lose = (): void => controller.abort();
  const timer = waitMs > 0 ? setTimeout(lose, waitMs) : undefined;
  if (waitMs <= 0 || signal.aborted) lose();
  else signal.addEventListener("abort", lose, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", lose);
    },
  };
}

/** A pause before the next try, ms: random, so that those who wait do not come all at once for ever. */
export interface Pause {
  readonly min: number;
  readonly max: number;
}

/**
 * For services that tell nobody when a lock is free: tries, once at least, until it has it; null when `waitMs` are over
 * or `signal` aborts.
 */
export async function tryUntilGranted<T>(
  attempt: () => Promise<T | null>,
  pause: Pause,
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<T | null> {
  const patience = startPatience(waitMs, signal);
  try {
    while (!signal.aborted) {
      const granted = await attempt();
      if (granted !== null) return granted;
      await pauseBetween(pause, patience.signal);
      if (patience.signal.aborted) return null;
    }
    return null;
  } finally {
    patience.end();
  }
}

/** Resolves when the pause is over, or as soon as patience runs out. */
export async function pauseBetween({ min, max }: Pause, patience: AbortSignal): Promise<void> {
  const pause = min + Math.random() * (max - min);
  await sleep(pause, undefined, { signal: patience }).catch(() => {});
}
