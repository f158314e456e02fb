import type { Host } from "../../src/cluster/types.js";

/** Lets changes of one host happen one after the other: each reads what there is, and writes it anew. */
export function takingTurns(): <T>(host: Host, change: () => Promise<T>) => Promise<T> {
  const last = new WeakMap<Host, Promise<unknown>>();
  return async (host, change) => {
    const before = last.get(host);
    const mine = (async () => {
      await before?.catch(() => {}); // its own caller is told
      return await change();
    })();
    last.set(host, mine);
    return await mine;
  };
}
