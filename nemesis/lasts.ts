/**
 * How long a fault lasts that is to outlive a lease: 1.5 to 2.5 leases, and always a second past the lease. A holder that
 * is frozen for less has not outlived anything, and the service needs some time to hand the lock on.
 */
export function outlasting(ttlMs: number): { readonly min: number; readonly max: number } {
  const least = ttlMs + 1_000;
  return { min: Math.max(Math.ceil(1.5 * ttlMs), least), max: Math.max(Math.floor(2.5 * ttlMs), least) };
}
