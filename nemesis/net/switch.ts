/**
 * The switch in user space, from outside: leads what a host sends to some others through two taps and the process
 * between them. The host keeps its address, its device and all connections: only its routes to those others change.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { firstTrouble, runCommand } from "../../src/cluster/command.js";
import type { Host, Unavailable } from "../../src/cluster/types.js";
import { LockjepsenError } from "../../src/error.js";
import { devicesOf, linkOf } from "./link.js";
import type { Shaping } from "./shaping.js";
import type { Counts, FromSwitch, ToSwitch } from "./switch-process.js";

/** What the host sends into, its other end, the tap that this is read from, and the tap that it is written to. */
const [INNER, OUTER, READ, WIRE] = ["lj-in", "lj-out", "lj-read", "lj-wire"] as const;
const TIMEOUT_MS = 10_000;
/** Threads for reads that wait: more than hosts of a run. Node has four unless told otherwise. */
const THREADS = "128";

/**
 * Run inside a host's network, with its device and its MAC address: makes the links, and a file for each tap, in a /tmp
 * that only this program and its children see, and that goes when it ends: when its input does, or we do. The numbers of
 * a tap stand in /sys, and the tester's own /sys shows its own network only.
 *
 * Answers come in by another device than questions go out by, and a strict filter would drop them. It stays loose: the
 * network ends with the run.
 */
const MAKE = `set -e
  for left in ${INNER} ${WIRE}; do ip link del $left 2>/dev/null || :; done
  ip -batch - <<END
link add ${INNER} address $2 type veth peer name ${OUTER}
link add link ${OUTER} name ${READ} type macvtap mode passthru
link add link $1 name ${WIRE} type macvtap mode bridge
END
  for link in ${INNER} ${OUTER} ${READ} ${WIRE}; do
    echo "link set $link addrgenmode none"
    echo "link set $link up"
  done | ip -batch -
  conf=/proc/sys/net/ipv4/conf
  if grep -qx 1 $conf/all/rp_filter $conf/$1/rp_filter; then echo 2 > $conf/$1/rp_filter; fi
  mount -t sysfs sysfs /sys
  mount -t tmpfs tmpfs /tmp
  for tap in ${READ} ${WIRE}; do
    number=$(cat /sys/class/net/$tap/macvtap/tap*/dev)
    mknod -m 600 /tmp/$tap c \${number%:*} \${number#*:}
    : < /tmp/$tap
  done
  echo made
  read -r end || :`;
const making = (device: string, mac: string): readonly string[] => [
  "unshare",
  "--mount",
  "sh",
  "-c",
  MAKE,
  "sh",
  device,
  mac,
];

/** True, or why this machine cannot: tried in a network of its own. */
export async function switchAvailable(): Promise<true | Unavailable> {
  const script = 'ip link add eth0 type veth peer name peer && ip link set eth0 up && "$@"';
  const argv = ["unshare", "--net", "sh", "-c", script, "sh"] as const;
  const { code, stderr } = await runCommand([...argv, ...making("eth0", "02:00:00:00:00:01")], {
    timeoutMs: TIMEOUT_MS,
  });
  if (code === 0) return true;
  return {
    reason: `no frame can be held in user space (${firstTrouble(stderr) || "no answer"})`,
    mend: "it takes root, and a kernel with macvtap (`modprobe macvtap`)",
  };
}

/** Leads what `host` sends to these through the switch, shaped so; what goes to all others goes straight. Returns since when. */
export async function shapeBySwitch(host: Host, shapings: ReadonlyMap<Host, Shaping>): Promise<bigint> {
  const before = led.get(host) ?? new Set();
  if (!led.has(host)) {
    led.set(host, before);
    await join(host);
  }
  const links = await Promise.all([...shapings.keys()].map(async (to) => ({ to, ...(await linkOf(to)) })));
  await ask({
    do: "shape",
    host: keyOf(host),
    shapings: Object.fromEntries([...shapings].map(([to, shaping]) => [to.address, shaping])),
  });
  led.set(host, new Set(shapings.keys()));
  const from = process.hrtime.bigint();
  const straight = [...before].filter((to) => !shapings.has(to));
  await ip(host, [
    ...straight.map((to) => `route del ${to.address}/32 dev ${INNER}`),
    ...links.flatMap(({ to, mac }) => [
      `neigh replace ${to.address} lladdr ${mac} dev ${INNER} nud permanent`,
      `route replace ${to.address}/32 dev ${INNER} src ${host.address}`,
    ]),
  ]);
  return from;
}

/** Frames so far, by destination. */
export async function countBySwitch(host: Host): Promise<Readonly<Record<string, Counts>>> {
  return await ask({ do: "count", host: keyOf(host) });
}

/** Everything goes straight again; what was held goes out now. */
export async function unshapeBySwitch(host: Host): Promise<void> {
  if (!led.has(host)) return;
  await ask({ do: "leave", host: keyOf(host) }).catch(() => {}); // killed: what it held is lost with it
  await removeSwitch(host).finally(() => led.delete(host));
  if (led.size > 0) return; // somebody else joins, or has not left yet
  running?.kill("SIGKILL");
  running = undefined;
}

/** Takes the devices away, whoever made them. Nothing is to be done on a host that is no more. */
export async function removeSwitch(host: Host): Promise<void> {
  const ours = (await devicesOf(host)).filter((name) => name === WIRE || name === INNER);
  if (ours.length > 0)
    await ip(
      host,
      ours.map((name) => `link del ${name}`),
    );
}

/** Where each host's frames are led just now, by us. */
const led = new Map<Host, ReadonlySet<Host>>();

async function join(host: Host): Promise<void> {
  running ??= start(); // it comes up meanwhile
  const { device, mac } = await linkOf(host);
  const maker = host.spawn(making(device, mac), { stdio: ["pipe", "pipe", "pipe"], apart: true });
  try {
    const said = maker.stdout ? once(maker.stdout, "data") : Promise.resolve();
    const trouble = maker.stderr ? text(maker.stderr) : Promise.resolve("");
    const ended = once(maker, "exit").then(async () => Promise.reject(failed(host, await trouble)));
    await Promise.race([said, ended]);
    ended.catch(() => {}); // it ends when it is told to
    // The files are in its own /tmp, which is reached through it as long as it is there.
    const [inner, wire] = [READ, WIRE].map((tap) => `/proc/${maker.pid}/root/tmp/${tap}`) as [string, string];
    await ask({ do: "join", host: keyOf(host), inner, wire });
  } finally {
    maker.stdin?.end();
  }
}

let running: ChildProcess | undefined;
let calls = 0;
let waiting = 0;

/** Asks the process between the taps; starts it first. */
async function ask(request: ToSwitch): Promise<Readonly<Record<string, Counts>>> {
  const child = (running ??= start());
  calls += 1;
  const n = calls;
  waiting += 1;
  child.channel?.ref();
  return await new Promise((resolve, reject) => {
    let ended = false;
    const end = (error: Error | null, answer?: FromSwitch): void => {
      if (ended) return;
      ended = true;
      waiting -= 1;
      if (waiting === 0) child.channel?.unref(); // it keeps nobody alive that has nothing else to do
      child.off("message", hear);
      child.off("exit", gone);
      if (error) reject(error);
      else if (answer && "counts" in answer) resolve(answer.counts);
      else reject(new LockjepsenError("environment", `the switch: ${answer?.error}`, "try again"));
    };
    const hear = (message: FromSwitch): void => {
      if (message.n === n) end(null, message);
    };
    const gone = (): void =>
      end(new LockjepsenError("environment", "the switch for frames was killed", "try again"));
    child.on("message", hear);
    child.once("exit", gone);
    child.send({ n, ...request }, (error) => error && gone());
  });
}

function start(): ChildProcess {
  const child = fork(fileURLToPath(new URL("switch-process.js", import.meta.url)), {
    detached: true, // a Ctrl-C is for us to handle
    env: { ...process.env, UV_THREADPOOL_SIZE: THREADS },
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.setMaxListeners(0);
  child.once("exit", () => {
    if (running === child) running = undefined;
  });
  child.unref();
  return child;
}

const keyOf = ({ name, address }: Host): string => `${name} ${address}`;

async function ip(host: Host, lines: readonly string[]): Promise<void> {
  await run(host, ["sh", "-c", 'printf "%s\\n" "$1" | ip -batch -', "sh", lines.join("\n")]);
}

async function run(host: Host, argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await host.exec(argv, { timeoutMs: TIMEOUT_MS });
  if (code === 0) return stdout;
  throw failed(host, stderr);
}

const failed = (host: Host, stderr: string): LockjepsenError =>
  new LockjepsenError(
    "environment",
    `${host.name}: its frames cannot be led through the switch: ${firstTrouble(stderr)}`,
    "run `lockjepsen doctor`: it says what is missing",
  );
