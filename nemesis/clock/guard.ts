import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../src/cluster/types.js";
import { messageOf } from "../../src/error.js";
import type { Mechanism } from "./mechanism.js";
import type { Wave } from "./waves.js";

/** How often a clock that moves is moved. */
const MOVE_MS = 10;
/** How often a host is looked at for what was started since. */
const LOOK_MS = 100;

export interface Guard {
  /** How far the clocks are set off just now, ms. */
  offset(): number;
  /** How many processes it set at first. */
  readonly processes: number;
  /** Sets all right again, those too that were started a moment ago. Says what could not be set meanwhile. */
  end(): Promise<string | null>;
}

/**
 * Sets the clocks of hosts by a wave, from now on, also those of what is started later. Rejects where it cannot at first:
 * then none is set.
 */
export async function startGuard(hosts: readonly Host[], mechanism: Mechanism, wave: Wave): Promise<Guard> {
  const since = performance.now();
  const over = new AbortController();
  const offset = (): number => wave(performance.now() - since);
  const look = (): readonly number[] => hosts.flatMap((host) => host.pids());
  let trouble: string | null = null;
  let pids = look();
  let set = offset();
  let processes: number;
  try {
    processes = mechanism.set(pids, set);
  } catch (error) {
    await setRight(hosts, mechanism);
    throw error;
  }

  async function goOn(): Promise<void> {
    for (let lookAt = performance.now() + LOOK_MS; !over.signal.aborted;) {
      await sleep(MOVE_MS, undefined, { signal: over.signal }).catch(() => {});
      const looking = performance.now() >= lookAt;
      if (looking) {
        pids = look();
        lookAt = performance.now() + LOOK_MS;
      }
      const wanted = offset();
      if ((!looking && wanted === set) || over.signal.aborted) continue;
      try {
        mechanism.set(pids, wanted);
        set = wanted;
      } catch (error) {
        trouble = messageOf(error); // somebody else holds it just now: tried again at the next look
      }
    }
  }
  const going = goOn();
  return {
    offset,
    processes,
    async end() {
      over.abort();
      await going;
      await setRight(hosts, mechanism);
      return trouble;
    },
  };
}

/** Who is forked by one that is not yet right has the old offset: so it looks again, until that one is long right. */
export async function setRight(hosts: readonly Host[], mechanism: Mechanism): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    for (const host of hosts) mechanism.clear(host.pids());
    await sleep(MOVE_MS);
  }
}
