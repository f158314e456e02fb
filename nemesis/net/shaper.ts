/** Every fault that shapes packets, on every way: what is in effect on one is all of them together. */
import type { Host, Unavailable } from "../../src/cluster/types.js";
import { LockjepsenError } from "../../src/error.js";
import type { Edge } from "./edges.js";
import { countByNetem, netemAvailable, removeNetem, shapeByNetem } from "./netem.js";
import { combined, type Shaping } from "./shaping.js";
import type { Counts } from "./switch-process.js";
import { countBySwitch, removeSwitch, shapeBySwitch, switchAvailable, unshapeBySwitch } from "./switch.js";
import { takingTurns } from "./turns.js";

/** How packets are shaped on this machine. */
interface Mechanism {
  readonly name: string;
  /** Returns when it began to act (process.hrtime.bigint()). */
  shape(host: Host, shapings: ReadonlyMap<Host, Shaping>): Promise<bigint>;
  unshape(host: Host): Promise<void>;
  count(host: Host): Promise<Readonly<Record<string, Counts>>>;
}

const netem: Mechanism = { name: "netem", shape: shapeByNetem, unshape: removeNetem, count: countByNetem };
const frames: Mechanism = {
  name: "a switch in user space",
  shape: shapeBySwitch,
  unshape: unshapeBySwitch,
  count: countBySwitch,
};

let known: Promise<Mechanism | Unavailable> | undefined;

/** Netem where the kernel has it, else frames go through user space. Looked for once. */
function findMechanism(): Promise<Mechanism | Unavailable> {
  known ??= (async () => {
    const inKernel = await netemAvailable();
    if (inKernel === true) return netem;
    const inUserSpace = await switchAvailable();
    if (inUserSpace === true) return frames;
    return {
      reason: `${inKernel.reason}, and ${inUserSpace.reason}`,
      mend: `${inKernel.mend}, or: ${inUserSpace.mend}`,
    };
  })();
  return known;
}

export async function shaperAvailable(): Promise<true | Unavailable> {
  const found = await findMechanism();
  return "shape" in found ? true : found;
}

/** What shapes packets here: `netem`. */
export const shaperName = async (): Promise<string> => (await mechanism()).name;

/** What each fault wants on the ways out of a host. */
const wanted = new Map<Host, Map<string, ReadonlyMap<Host, Shaping>>>();
const inTurn = takingTurns();

/**
 * Shapes what goes along these ways, on top of what other faults do there. On all, or on none. Returns when the first of
 * them was (process.hrtime.bigint()).
 */
export async function shape(fault: string, edges: readonly Edge[], shaping: Shaping): Promise<bigint> {
  const done = await Promise.allSettled(
    senders(edges).map((host) => {
      const own = edges.filter(({ from }) => from === host).map(({ to }) => [to, shaping] as const);
      return change(host, (faults) => faults.set(fault, new Map(own)));
    }),
  );
  const failed = done.find((one) => one.status === "rejected");
  if (!failed)
    return done
      .map((one) => (one as PromiseFulfilledResult<bigint>).value)
      .reduce((first, other) => (other < first ? other : first));
  await unshape(fault, edges).catch(() => {}); // the first failure tells more
  throw failed.reason;
}

/** Takes a fault's shaping away. Rejects, once all hosts were tried, where it could not be. */
export async function unshape(fault: string, edges: readonly Edge[]): Promise<void> {
  const done = await Promise.allSettled(
    senders(edges).map((host) => change(host, (faults) => faults.delete(fault))),
  );
  const failed = done.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
}

/** What happens on a way just now, by all faults. */
export function shapingOf({ from, to }: Edge): Shaping {
  const all = [...(wanted.get(from)?.values() ?? [])];
  return combined(all.flatMap((each) => each.get(to) ?? []));
}

/** Packets on a way since the host was first shaped. */
export async function countOn({ from, to }: Edge): Promise<Counts> {
  const counts = await (await mechanism()).count(from);
  return counts[to.address] ?? { passed: 0, dropped: 0, held: 0 };
}

/** Takes away what another process shaped on these hosts, whichever way. */
export async function removeShaping(hosts: readonly Host[]): Promise<string> {
  for (const host of hosts) {
    await removeSwitch(host);
    await removeNetem(host);
  }
  return hosts.length === 0 ? "no host is left" : `${hosts.map(({ name }) => name).join(", ")} as before`;
}

async function change(
  host: Host,
  next: (faults: Map<string, ReadonlyMap<Host, Shaping>>) => void,
): Promise<bigint> {
  return await inTurn(host, async () => {
    const faults = wanted.get(host) ?? new Map<string, ReadonlyMap<Host, Shaping>>();
    next(faults);
    const by = await mechanism();
    if (faults.size === 0) {
      wanted.delete(host);
      await by.unshape(host);
      return process.hrtime.bigint();
    }
    wanted.set(host, faults);
    const destinations = new Set([...faults.values()].flatMap((each) => [...each.keys()]));
    return await by.shape(host, new Map([...destinations].map((to) => [to, shapingOf({ from: host, to })])));
  });
}

const senders = (edges: readonly Edge[]): readonly Host[] => [...new Set(edges.map(({ from }) => from))];

async function mechanism(): Promise<Mechanism> {
  const found = await findMechanism();
  if ("shape" in found) return found;
  throw new LockjepsenError("environment", found.reason, found.mend);
}
