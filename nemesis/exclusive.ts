import { LockjepsenError } from "../src/error.js";
import type { Host } from "../src/cluster/types.js";

/** What of a host only one fault at a time may have its hands on. */
export type Part = "processes" | "clock";

const taken = new WeakMap<Host, Map<Part, string>>();

/**
 * Keeps others off: the end of the first of two pauses would wake a host that the record still calls frozen. Throws
 * where another fault has it; what it returns gives it back.
 */
export function claim(hosts: readonly Host[], part: Part, fault: string): () => void {
  for (const host of hosts) {
    const by = taken.get(host)?.get(part);
    if (by !== undefined)
      throw new LockjepsenError(
        "environment",
        `${host.name} is still in the hands of ${by}`,
        "leave --overlap out, or aim at others",
      );
  }
  for (const host of hosts) {
    const parts = taken.get(host) ?? new Map<Part, string>();
    taken.set(host, parts.set(part, fault));
  }
  return () => {
    for (const host of hosts) taken.get(host)?.delete(part);
  };
}

/** The same for as long as a fault is in effect: given back when it could not be made so, and when it is healed. */
export async function claiming<T extends { heal(): Promise<string> }>(
  hosts: readonly Host[],
  part: Part,
  fault: string,
  inject: () => Promise<T>,
): Promise<T> {
  const giveBack = claim(hosts, part, fault);
  try {
    const injected = await inject();
    return { ...injected, heal: () => injected.heal().finally(giveBack) };
  } catch (error) {
    giveBack();
    throw error;
  }
}
