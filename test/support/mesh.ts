import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../src/cluster/types.js";
import { node } from "./cluster.js";

/** Who hears whom of some hosts, seen by datagrams and by nothing of ours. */
export interface Mesh {
  /** Ways on which nothing arrives just now: `n1 > n2`. */
  silent(): Promise<readonly string[]>;
}

const PORT = 7_000;
const EAR = `
  const socket = require("node:dgram").createSocket("udp4");
  socket.on("message", (text, { address }) => process.send(address + " " + text.toString().trim()));
  socket.bind(${PORT}, () => process.send("up"));`;
/** All arrives at once; longer on a machine that is busy with something else. */
const QUIET_MS = 300;

/** An ear in each host, which ends with it. */
export async function startMesh(hosts: readonly Host[]): Promise<Mesh> {
  const heard = new Set<string>();
  let news = 0;
  const nameOf = new Map(hosts.map(({ name, address }) => [address, name]));
  await Promise.all(
    hosts.map(async (host) => {
      const ear = host.spawn(node(EAR), { stdio: ["ignore", "ignore", "pass-on", "ipc"] });
      await once(ear, "message");
      ear.on("message", (text: string) => {
        const [address = "", round] = text.split(" ");
        heard.add(`${round} ${nameOf.get(address)} > ${host.name}`);
        news = performance.now();
      });
    }),
  );
  let round = 0;
  return {
    async silent() {
      round += 1;
      const ways = hosts.flatMap((from) =>
        hosts.filter((to) => to !== from).map((to) => `${from.name} > ${to.name}`),
      );
      const missing = (): readonly string[] => ways.filter((way) => !heard.has(`${round} ${way}`));
      await Promise.all(
        hosts.map((from) => {
          const others = hosts.filter((to) => to !== from).map(({ address }) => address);
          const shout = `for to in "$@"; do echo ${round} > /dev/udp/$to/${PORT}; done`;
          return from.exec(["bash", "-c", shout, "bash", ...others]);
        }),
      );
      news = performance.now();
      while (missing().length > 0 && performance.now() - news < QUIET_MS) await sleep(10);
      return missing();
    },
  };
}
