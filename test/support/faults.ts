import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import type { nemeses as Nemeses } from "../../nemesis/index.js";
import { bareFault, bareField, orderFor } from "../../nemesis/testing/order.js";
import type { Injected, Nemesis, PlannedFault } from "../../nemesis/types.js";
import { isNode, type Cluster, type Host } from "../../src/cluster/types.js";
import { createRandom } from "../../src/random.js";

/** A nemesis as it is built: some start programs of their own. */
export async function builtNemesis(name: keyof typeof Nemeses): Promise<Nemesis> {
  const { href } = new URL("../../dist/nemesis/index.js", import.meta.url);
  const { nemeses } = (await import(href)) as { readonly nemeses: typeof Nemeses };
  const nemesis = nemeses[name];
  if (!nemesis) throw new Error(`no nemesis ${name}`);
  return nemesis;
}

/**
 * Lets another fault hit these hosts, heal, and hit them again, for as long as something takes. Each has a process all the
 * while, but for the moments when it is killed.
 */
export async function beset<T>(
  hosts: readonly Host[],
  other: Nemesis,
  shape: string,
  something: Promise<T>,
): Promise<T> {
  const inhabit = (host: Host): void => {
    if (!isNode(host)) host.spawn(["sleep", "600"], { stdio: ["ignore", "ignore", "ignore"] });
  };
  const holdBack = (name: string) => () => hosts.filter((host) => host.name === name).forEach(inhabit);
  const order = orderFor(hosts, {
    fault: { ...bareFault, nemesis: other.name, shape },
    clients: { ...orderFor([]).clients, holdBack },
  });
  hosts.filter((host) => host.pids().length === 0).forEach(inhabit);
  while (hosts.some((host) => host.pids().length === 0)) await sleep(5);
  const over = something.then(
    () => true,
    () => true,
  );
  for (let hits = 1; ; hits += 1) {
    const injected = await other.inject(order);
    if (other.name === "pause") await Promise.race([over, sleep(100)]);
    await injected.heal();
    if (await Promise.race([over, sleep(10, false)])) {
      expect(hits).toBeGreaterThan(1);
      return await something;
    }
  }
}

/** Puts a fault into effect on these hosts, with parameters as they would be typed; healed with the test at the latest. */
export async function injectOn(
  { servers, clients, register }: Cluster,
  nemesis: Nemesis,
  fault: Partial<PlannedFault>,
  hosts: readonly Host[],
  notes: unknown[] = [],
): Promise<Injected> {
  const parameters = Object.fromEntries(
    Object.entries(nemesis.parameters).map(([key, { default: usual, draw }]) => [
      key,
      draw(String(fault.parameters?.[key] ?? usual), createRandom(1), { ttlMs: 1_000 }),
    ]),
  );
  const field = { ...bareField, servers, clients, register };
  const order = orderFor(hosts, { fault: { ...bareFault, ...fault, parameters }, field }, notes);
  const injected = await nemesis.inject(order);
  let healed: Promise<string> | undefined;
  const heal = (): Promise<string> => (healed ??= injected.heal());
  onTestFinished(async () => void (await heal())); // also when it failed: the next one begins anew
  return { ...injected, heal };
}
