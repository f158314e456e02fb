/** Shaping by the kernel's own netem, where it has it: one class of packets for each destination, all others as before. */
import { firstTrouble, runCommand } from "../../src/cluster/command.js";
import type { Host, Unavailable } from "../../src/cluster/types.js";
import { LockjepsenError } from "../../src/error.js";
import { linkOf } from "./link.js";
import type { Shaping } from "./shaping.js";
import type { Counts } from "./switch-process.js";

const TIMEOUT_MS = 10_000;
/** Packets that may wait: netem's own 1000 would lose many more than were asked for. */
const QUEUE = 100_000;
/** Of a class that holds nothing back itself. */
const UNLIMITED = "10gbit";
/** Ours: handles are numbers that nobody else is likely to have chosen. */
const ROOT = "4c4a:";

/** True, or why this kernel cannot: tried in a network of its own. */
export async function netemAvailable(): Promise<true | Unavailable> {
  const lines = netemCommands("eth0", [["192.0.2.1", TRIAL]]).join("\n");
  const script = `ip link add eth0 type veth peer name peer && printf '%s\\n' "$1" | tc -batch -`;
  const { code, stderr } = await runCommand(["unshare", "--net", "sh", "-c", script, "sh", lines], {
    timeoutMs: TIMEOUT_MS,
  });
  if (code === 0) return true;
  return {
    reason: `the kernel has no netem (${firstTrouble(stderr) || "no answer"})`,
    mend: "load it (`modprobe -a sch_netem sch_htb cls_u32`)",
  };
}

const TRIAL: Shaping = { delayMs: 1, jitterMs: 1, loss: 0.1, duplicate: 0.1, reorder: 0.1, rateKbit: 1_000 };

/** Lines for `tc -batch`, to a device without a queue of its own. Destinations by address. */
export function netemCommands(
  device: string,
  shapings: readonly (readonly [string, Shaping])[],
): readonly string[] {
  return [
    `qdisc add dev ${device} root handle ${ROOT} htb default 0`, // default: not queued at all
    ...shapings.flatMap(([address, shaping], index) => {
      const minor = (index + 1).toString(16);
      return [
        `class add dev ${device} parent ${ROOT} classid ${ROOT}${minor} htb rate ${UNLIMITED}`,
        `qdisc add dev ${device} parent ${ROOT}${minor} handle ${HANDLE}${minor}: netem ${netemOptions(shaping)}`,
        `filter add dev ${device} parent ${ROOT} protocol ip prio 1 u32 match ip dst ${address}/32 flowid ${ROOT}${minor}`,
      ];
    }),
  ];
}

/** So many destinations have a handle each, behind this. */
const HANDLE = "4c";

export function netemOptions({ delayMs, jitterMs, loss, duplicate, reorder, rateKbit }: Shaping): string {
  const percent = (share: number): string => `${Number((share * 100).toFixed(4))}%`;
  return [
    `limit ${QUEUE}`,
    // It refuses to reorder what is not delayed.
    ...(delayMs > 0 || jitterMs > 0 || reorder > 0 ? [`delay ${Math.max(delayMs, 1)}ms ${jitterMs}ms`] : []),
    ...(loss > 0 ? [`loss ${percent(loss)}`] : []),
    ...(duplicate > 0 ? [`duplicate ${percent(duplicate)}`] : []),
    ...(reorder > 0 ? [`reorder ${percent(reorder)}`] : []),
    ...(rateKbit === null ? [] : [`rate ${rateKbit}kbit`]),
  ].join(" ");
}

export async function shapeByNetem(host: Host, shapings: ReadonlyMap<Host, Shaping>): Promise<bigint> {
  const { device } = await linkOf(host);
  await removeNetem(host);
  const byAddress = [...shapings].map(([to, shaping]) => [to.address, shaping] as const);
  const lines = netemCommands(device, byAddress).join("\n");
  const from = process.hrtime.bigint();
  const argv = ["sh", "-c", 'printf "%s\\n" "$1" | tc -batch -', "sh", lines];
  const { code, stderr } = await host.exec(argv, { timeoutMs: TIMEOUT_MS });
  if (code === 0) {
    destinations.set(
      host,
      byAddress.map(([address]) => address),
    );
    return from;
  }
  await removeNetem(host);
  throw new LockjepsenError(
    "environment",
    `${host.name}: tc failed: ${firstTrouble(stderr)}`,
    "run `lockjepsen doctor`: it says what is missing",
  );
}

/** Addresses in the order of their classes, as long as they are shaped by us. */
const destinations = new WeakMap<Host, readonly string[]>();

interface ShownQdisc {
  readonly kind: string;
  readonly handle: string;
  readonly packets?: number;
  readonly drops?: number;
  readonly qlen?: number;
}

/** Packets so far, by destination. */
export async function countByNetem(host: Host): Promise<Readonly<Record<string, Counts>>> {
  const shown = await qdiscs(host);
  const counts = (destinations.get(host) ?? []).flatMap((address, index) => {
    const found = shown.find(({ handle }) => handle === `${HANDLE}${(index + 1).toString(16)}:`);
    const { packets = 0, drops = 0, qlen = 0 } = found ?? {};
    return found ? [[address, { passed: packets, dropped: drops, held: qlen }] as const] : [];
  });
  return Object.fromEntries(counts);
}

/** Whoever made it. What it held is lost, and sent again by TCP. Nothing is to be done on a host that is no more. */
export async function removeNetem(host: Host): Promise<void> {
  destinations.delete(host);
  if (!(await qdiscs(host)).some(({ handle }) => handle === ROOT)) return;
  const { device } = await linkOf(host);
  await host.exec(["tc", "qdisc", "del", "dev", device, "root"], { timeoutMs: TIMEOUT_MS });
}

async function qdiscs(host: Host): Promise<readonly ShownQdisc[]> {
  const { code, stdout } = await host.exec(["tc", "-json", "-statistics", "qdisc", "show"], {
    timeoutMs: TIMEOUT_MS,
  });
  return code === 0 && stdout ? (JSON.parse(stdout) as readonly ShownQdisc[]) : [];
}
