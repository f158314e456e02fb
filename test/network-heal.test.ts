/** Faults of the network that a killed lockjepsen left in effect, undone by another from its journal. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { nemeses } from "../nemesis/index.js";
import { cleanUp } from "../src/cluster/clean.js";
import { listJournals } from "../src/cluster/journal.js";
import { healRun } from "../src/run/heal.js";
import { scratch } from "./support/cli.js";

const state = scratch(afterAll);
beforeAll(() => vi.stubEnv("LOCKJEPSEN_STATE", state));
afterAll(() => vi.unstubAllEnvs());

const module = (path: string): string => JSON.stringify(new URL(`../dist/${path}`, import.meta.url).href);

/** In effect all at once, on hosts that they share. */
const FAULTS = [
  {
    id: "f1",
    nemesis: "partition",
    shape: "isolate",
    hosts: ["n1"],
    parameters: { how: "drop", way: "both" },
  },
  {
    id: "f2",
    nemesis: "partition",
    shape: "mute",
    hosts: ["n1"],
    parameters: { how: "reject", way: "both" },
  },
  {
    id: "f3",
    nemesis: "slow",
    shape: "client-server",
    hosts: ["n2"],
    parameters: { delay: 100, way: "both" },
  },
  { id: "f4", nemesis: "late-reply", shape: "server", hosts: ["n3"], parameters: { hold: 60_000 } },
  { id: "f5", nemesis: "lost-reply", shape: "server", hosts: ["n2"], parameters: {} },
];

const script = (runId: string, logDirectory: string): string => `
  const { local } = await import(${module("src/cluster/local.js")});
  const { nemeses } = await import(${module("nemesis/index.js")});
  const sleeper = (name) => ({ name, command: () => ({ argv: ["sleep", "600"] }) });
  const cluster = await local.create({
    runId: "${runId}", servers: ["n1", "n2", "n3"].map(sleeper), clients: 1, logDirectory: "${logDirectory}", keep: false,
  });
  for (const { id, nemesis, hosts, ...fault } of ${JSON.stringify(FAULTS)})
    await nemeses[nemesis].inject({
      fault: { id, pick: 0, ...fault }, holder: null, field: cluster, service: {},
      hosts: cluster.servers.filter(({ name }) => hosts.includes(name)),
      note: (undo) => cluster.note([{ kind: "fault", fault: id, nemesis, undo }]),
    });
  process.send("in effect");
  setInterval(() => {}, 1000);`;

/** All that a fault of the network leaves in a host: rules, devices, routes, queues. */
const traces = (runId: string): string =>
  ["n1", "n2", "n3", "c1"]
    .map((name) => {
      const inside = [`--net=/var/run/netns/lj-${runId}-${name}`, "sh", "-c"];
      return execFileSync("nsenter", [...inside, "iptables-save; ip -br link; ip route; tc qdisc"], {
        encoding: "utf8",
      });
    })
    .join("");

test("partitions, delays, held and lost answers: nothing of them is left", async () => {
  const runId = randomBytes(4).toString("hex");
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", script(runId, scratch(onTestFinished))],
    {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    },
  );
  onTestFinished(async () => void (await cleanUp({ onStep: () => {} })));
  await once(child, "message");
  expect(traces(runId)).toMatch(/LOCKJEPSEN[^]*(lj-wire|netem)/);
  child.kill("SIGKILL");
  await once(child, "exit");

  const journal = listJournals().find(({ header }) => header.runId === runId);
  if (!journal) throw new Error("no journal");
  const done = FAULTS.map(({ id }) => [id, true]).toReversed();
  const healed = async () =>
    (await healRun(journal, nemeses)).map(({ fault, outcome }) => [fault, "done" in outcome]);
  expect(await healed()).toEqual(done);
  expect(traces(runId)).not.toMatch(/LOCKJEPSEN|lj-in|lj-wire|netem|htb/);
  expect(await healed()).toEqual(done); // once more does no harm
});
