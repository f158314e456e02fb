import type { RemoteClient, RemoteGrant } from "../drivers.js";

/** ms of CLOCK_MONOTONIC, as drivers tell times: one machine, one clock. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Takes a lock that must be free by now. Throws where it is not to be had. */
export async function take(
  client: RemoteClient,
  lock: string,
  options: { readonly ttlMs: number; readonly waitMs: number },
): Promise<RemoteGrant> {
  const grant = await client.acquire(lock, options);
  if (!grant) throw new Error(`a lock that nobody holds was not granted within ${options.waitMs} ms`);
  return grant;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
