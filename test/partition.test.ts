/** Real partitions between real network namespaces, seen by datagrams that arrive or do not. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { partition } from "../nemesis/partition.js";
import type { Injected, PlannedFault } from "../nemesis/types.js";
import type { Host } from "../src/cluster/types.js";
import { scratch } from "./support/cli.js";
import { injectOn } from "./support/faults.js";
import { openCluster, shell, type TestCluster } from "./support/cluster.js";
import { startMesh, type Mesh } from "./support/mesh.js";

const state = scratch(afterAll);
let cluster: TestCluster;
let mesh: Mesh;
beforeAll(async () => {
  vi.stubEnv("LOCKJEPSEN_STATE", state);
  const servers = ["n1", "n2", "n3", "n4", "n5"].map((name) => shell(name, "exec sleep 600"));
  cluster = await openCluster(servers, 2);
  mesh = await startMesh([...cluster.servers, ...cluster.clients, cluster.register]);
});
afterAll(async () => {
  await cluster.stop();
  vi.unstubAllEnvs();
});

/** Parts the named hosts from others, as a plan would. */
const inject = (fault: Partial<PlannedFault>, names: readonly string[]): Promise<Injected> => {
  const all: readonly Host[] = [...cluster.servers, ...cluster.clients];
  const hosts = all.filter(({ name }) => names.includes(name));
  return injectOn(cluster, partition, fault, hosts);
};

/** `n1 - n2`: both ways. */
const ways = (...pairs: readonly string[]): readonly string[] =>
  pairs
    .flatMap((pair) => {
      const [one, sign, other] = pair.split(" ");
      return sign === ">" ? [pair] : [`${one} > ${other}`, `${other} > ${one}`];
    })
    .toSorted();

const ALL = ["n1", "n2", "n3", "n4", "n5"];

test.each<[string, readonly string[], Partial<PlannedFault>, readonly string[]]>([
  ["isolate", ["n2"], {}, ["n2 - n1", "n2 - n3", "n2 - n4", "n2 - n5"]],
  ["isolate", ["c1"], {}, ["c1 - n1", "c1 - n2", "c1 - n3", "c1 - n4", "c1 - n5"]],
  ["halves", ALL, { pick: 0.5 }, ["n3 - n5", "n3 - n1", "n3 - n2", "n4 - n5", "n4 - n1", "n4 - n2"]],
  ["majority-minority", ["n1", "n2"], {}, ["n1 - n3", "n1 - n4", "n1 - n5", "n2 - n3", "n2 - n4", "n2 - n5"]],
  ["ring", ALL, {}, ["n1 - n3", "n1 - n4", "n2 - n4", "n2 - n5", "n3 - n5"]],
  ["bridge", ["n3"], {}, ["n4 - n1", "n4 - n2", "n5 - n1", "n5 - n2"]],
  ["deaf", ["n1"], {}, ["n2 > n1", "n3 > n1", "n4 > n1", "n5 > n1"]],
  ["mute", ["n1"], {}, ["n1 > n2", "n1 > n3", "n1 > n4", "n1 > n5"]],
  ["mute", ["c2"], {}, ["c2 > n1", "c2 > n2", "c2 > n3", "c2 > n4", "c2 > n5"]],
  ["client-server", ["n4"], {}, ["n4 - c1", "n4 - c2"]],
  ["client-server", ["n4"], { parameters: { way: "from" } }, ["n4 > c1", "n4 > c2"]],
  ["holder-server", ["c2"], { parameters: { way: "to" } }, ALL.map((server) => `${server} > c2`)],
  ["cut", ["n4", "n5"], { parameters: { from: "c1" } }, ["n4 - c1", "n5 - c1"]],
  ["cut", ["c1"], { parameters: { from: "register,n1" } }, ["c1 - register", "c1 - n1"]],
])("%s of %j %j: just these ways are silent, and none after the heal", async (shape, names, fault, cut) => {
  expect(await mesh.silent()).toEqual([]);
  const injected = await inject({ shape, ...fault }, names);
  expect((await mesh.silent()).toSorted()).toEqual(ways(...cut));
  expect(injected.evidence).toMatch(/no answer, \d+ packets dropped$/);
  expect(await injected.heal()).toMatch(/^rules gone from .*; all hear each other again$/);
  expect(await mesh.silent()).toEqual([]);
});

test("rejecting: refused at once, both ways", async () => {
  const injected = await inject({ shape: "isolate", parameters: { how: "reject" } }, ["n1"]);
  expect(injected.evidence).toMatch(/refused, \d+ packets rejected$/);
  const [n1, n2] = cluster.servers;
  for (const [from, to] of [
    [n1, n2],
    [n2, n1],
  ] as const) {
    const call = await from?.exec(["bash", "-c", `exec 3<>/dev/tcp/${to?.address}/22`], { timeoutMs: 3_000 });
    expect(call?.stderr).toMatch(/refused/i);
  }
  expect(await mesh.silent()).toHaveLength(8);
  await injected.heal();
  expect(await mesh.silent()).toEqual([]);
});

test("two at once are one another's sum, and each heals without the other, in any order", async () => {
  const isolated = ways("n1 - n2", "n1 - n3", "n1 - n4", "n1 - n5");
  const first = await inject({ id: "f1", shape: "isolate" }, ["n1"]);
  const second = await inject({ id: "f11", shape: "cut", parameters: { from: "n1,c1" } }, ["n2"]);
  expect((await mesh.silent()).toSorted()).toEqual([...isolated, ...ways("n2 - c1")].toSorted());
  expect(await first.heal()).toMatch(/n2 <-> n1 without an answer yet$/); // the other one's
  expect((await mesh.silent()).toSorted()).toEqual(ways("n2 - n1", "n2 - c1"));
  const third = await inject({ id: "f2", shape: "isolate", parameters: { how: "reject" } }, ["n1"]);
  await second.heal();
  expect((await mesh.silent()).toSorted()).toEqual(isolated);
  await third.heal();
  expect(await mesh.silent()).toEqual([]);
  const chains = await cluster.servers[0]?.exec(["iptables-save"]);
  expect(chains?.stdout).not.toContain("LOCKJEPSEN");
});

test("whoever has nobody to be cut from is told so, and nothing is cut", async () => {
  await expect(inject({ shape: "cut", parameters: { from: "n1" } }, ["n1"])).rejects.toThrow(
    /nobody to be cut from/,
  );
  await expect(inject({ shape: "cut", parameters: { from: "n7" } }, ["n1"])).rejects.toThrow(
    "there is no node n7",
  );
  expect(await mesh.silent()).toEqual([]);
});
