import { expect, onTestFinished } from "vitest";
import { taskStates } from "../../nemesis/proc.js";
import type { Cluster } from "../../src/cluster/types.js";

/** Drivers take their times from the same clock. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

const allStopped = (states: readonly string[]): boolean =>
  states.length > 0 && states.every((state) => state === "T");

/** A grant, where the test cannot go on without. */
export async function granted<Granted>(outcome: Promise<Granted | null>): Promise<Granted> {
  const grant = await outcome;
  expect(grant).not.toBeNull();
  return grant as Granted;
}

/** Measures once more, twice at most, what took longer: a busy machine adds to it, now and then. */
export async function expectWithin(boundMs: number, measure: () => Promise<number>): Promise<void> {
  const took = [await measure()];
  while (took.length < 3 && Math.min(...took) >= boundMs) took.push(await measure());
  expect(Math.min(...took), `ms, the least of ${took.join(", ")}`).toBeLessThan(boundMs);
}

/**
 * Stops servers, by their places, until what it returns is called, or the test is over. `ready`, where it is given, is
 * waited for after that.
 */
export async function freeze(
  { cluster, ready }: { readonly cluster: Cluster; ready?(): Promise<void> },
  ...servers: readonly number[]
): Promise<() => Promise<void>> {
  const nodes = cluster.servers.filter((_, place) => servers.includes(place));
  expect(nodes).toHaveLength(servers.length);
  await Promise.all(nodes.map((node) => node.kill("SIGSTOP")));
  // Sent is not done: where processors are short, some of its threads serve on for a while.
  await expect.poll(() => nodes.flatMap((node) => node.pids()).flatMap(taskStates)).toSatisfy(allStopped);
  let frozen = true;
  const thaw = async (): Promise<void> => {
    if (!frozen) return;
    frozen = false;
    await Promise.all(nodes.map((node) => node.kill("SIGCONT")));
    await ready?.();
  };
  onTestFinished(thaw);
  return thaw;
}
