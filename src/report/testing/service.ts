import type { World } from "./world.js";

/** One who waits for a lock, or holds it. */
export interface Claim {
  readonly lock: string;
  granted(token: number): void;
}

/** A lock service with leases that works as it should: first come, first served; a lease that is not renewed runs out. */
export interface Service {
  ask(claim: Claim): void;
  /** False: it was granted already. */
  withdraw(claim: Claim): boolean;
  /** False: the lease had run out. */
  renew(claim: Claim): boolean;
  release(claim: Claim): boolean;
}

export function createService(world: World, ttlMs: number): Service {
  const holders = new Map<string, { claim: Claim; until: number }>();
  const waiting = new Map<string, Claim[]>();
  let revision = 100;

  function next(lock: string): void {
    holders.delete(lock);
    const claim = waiting.get(lock)?.shift();
    if (!claim) return;
    holders.set(lock, { claim, until: world.now() + ttlMs });
    revision += 3;
    claim.granted(revision);
    expire(lock, claim);
  }

  function expire(lock: string, claim: Claim): void {
    const held = holders.get(lock);
    if (held?.claim !== claim) return;
    const left = held.until - world.now();
    // A server looks for leases that ran out twice a second.
    if (left > 0) world.after(left + world.about(180), () => expire(lock, claim));
    else next(lock);
  }

  return {
    ask(claim) {
      const queue = waiting.get(claim.lock) ?? [];
      waiting.set(claim.lock, [...queue, claim]);
      if (!holders.has(claim.lock)) next(claim.lock);
    },
    withdraw(claim) {
      const queue = waiting.get(claim.lock) ?? [];
      waiting.set(
        claim.lock,
        queue.filter((other) => other !== claim),
      );
      return queue.includes(claim);
    },
    renew(claim) {
      const held = holders.get(claim.lock);
      if (held?.claim !== claim) return false;
      held.until = world.now() + ttlMs;
      return true;
    },
    release(claim) {
      if (holders.get(claim.lock)?.claim !== claim) return false;
      next(claim.lock);
      return true;
    },
  };
}
