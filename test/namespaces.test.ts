/** Namespaces joined to a bridge of this machine, as hosts beside a Docker network are. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { entering, joinBridge, leaveBridge, removeNamespaces } from "../src/cluster/namespaces.js";
import { eventually } from "./support/cluster.js";

test("a connection that was cut off holds no link of a namespace that is removed", async () => {
  const bridge = `lj${randomBytes(3).toString("hex")}`;
  const ip = (...args: readonly string[]): void => void execFileSync("ip", args);
  ip("link", "add", bridge, "type", "bridge");
  onTestFinished(() => ip("link", "del", bridge));
  ip("link", "set", bridge, "up");
  const hosts = [2, 3].map((n) => ({ namespace: `${bridge}-${n}`, address: `10.213.47.${n}` }));
  const [server, client] = hosts.map(({ namespace }) => namespace) as [string, string];
  onTestFinished(async () => void (await removeNamespaces([server, client])));
  await joinBridge(bridge, hosts);

  const run = (namespace: string, script: string) => {
    const [file, ...args] = [...entering(namespace), process.execPath, "-e", script];
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  const listening = run(
    server,
    `require("net").createServer().listen(9, "0.0.0.0", () => console.log("up"))`,
  );
  await once(listening.stdout, "data");
  const connected = run(
    client,
    `const socket = require("net").connect(9, "10.213.47.2", () => console.log("up"));
     process.on("SIGUSR2", () => socket.write("never acknowledged", () => console.log("sent")));`,
  );
  await once(connected.stdout, "data");
  execFileSync("nsenter", [...entering(server).slice(1), ..."iptables -A INPUT -j DROP".split(" ")]);
  connected.kill("SIGUSR2");
  await once(connected.stdout, "data");
  for (const child of [connected, listening]) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  await leaveBridge(bridge);
  expect(await removeNamespaces([server, client])).toEqual([]);
  const links = (): readonly string[] =>
    readdirSync("/sys/class/net").filter((name) => name.startsWith(bridge));
  await eventually(() => links().join() === bridge);
});
