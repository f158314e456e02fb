import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Unavailable } from "../../src/cluster/types.js";
import { messageOf } from "../../src/error.js";
import type { Mechanism } from "./mechanism.js";
import { find, offsetOf, patch, setOffset, type Patched } from "./vdso.js";

/** Set by patches of the processes' vDSO. Children of a patched process inherit its offset. */
export function byVdso(): Mechanism {
  const patched = new Map<number, Patched>();
  return {
    name: "vdso",
    set(pids, offsetMs) {
      const ns = BigInt(Math.round(offsetMs * 1e6));
      return pids.filter((pid) => {
        const known = patched.get(pid);
        if (known && setOffset(known, ns)) return true;
        const fresh = patch(pid);
        if (!fresh) return false;
        patched.set(pid, fresh);
        return setOffset(fresh, ns);
      }).length;
    },
    offsets: (pids) =>
      pids.flatMap((pid) => {
        const clock = find(pid);
        const ns = clock && offsetOf(clock);
        return ns === undefined ? [] : [Number(ns) / 1e6];
      }),
    // The patch stays, with nothing to add: a thread may be in it just now, and it will be used again.
    clear(pids) {
      for (const pid of pids) {
        const clock = find(pid);
        if (clock) setOffset(clock, 0n);
      }
    },
  };
}

let works: Promise<true | Unavailable> | undefined;

/** Whether this kernel lets us: tried once, on a child of our own. */
export const vdsoWorks = (): Promise<true | Unavailable> => (works ??= tryOnce());

async function tryOnce(): Promise<true | Unavailable> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  try {
    await once(child, "spawn");
    const clock = patch(child.pid ?? 0);
    if (clock && setOffset(clock, 1n)) return true;
    return { reason: "the vDSO of a child could not be patched", mend: MEND };
  } catch (error) {
    return { reason: `the vDSO of a child could not be patched: ${messageOf(error)}`, mend: MEND };
  } finally {
    child.kill("SIGKILL");
  }
}

const MEND = "take --fault clock.mechanism=libfaketime, or another machine: x86-64, as root";
