/** The faults of the network between containers: the very same, on Docker's own bridge. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Host } from "../src/cluster/types.js";
import { scratch } from "./support/cli.js";
import { eventually, greeter, hears, openCluster, type TestCluster } from "./support/cluster.js";
import { beset, builtNemesis, injectOn } from "./support/faults.js";
import { startMesh, type Mesh } from "./support/mesh.js";
import { describeWithDocker, DOCKER, TEST_ENGINE } from "./support/runtimes.js";

const state = scratch(afterAll);

describeWithDocker("between containers", () => {
  let cluster: TestCluster;
  let mesh: Mesh;
  let n1: Host;
  let n2: Host;
  let c1: Host;
  beforeAll(async () => {
    vi.stubEnv("LOCKJEPSEN_STATE", state);
    vi.stubEnv("DOCKER_HOST", TEST_ENGINE);
    cluster = await openCluster([greeter("n1", "one"), greeter("n2", "two")], 1, DOCKER);
    await Promise.all(cluster.servers.map((server) => server.start()));
    [n1, n2, c1] = [...cluster.servers, ...cluster.clients] as unknown as [Host, Host, Host];
    mesh = await startMesh([n1, n2, c1, cluster.register]);
    await eventually(async () => (await hears(c1, n1.address)) === "one");
  });
  afterAll(async () => {
    await cluster?.stop();
    vi.unstubAllEnvs();
  });

  test("a partition cuts just what it names, and heals", async () => {
    const injected = await injectOn(cluster, await builtNemesis("partition"), { shape: "isolate" }, [n1]);
    expect((await mesh.silent()).toSorted()).toEqual(["n1 > n2", "n2 > n1"]);
    expect(await hears(c1, n1.address)).toBe("one");
    await injected.heal();
    expect(await mesh.silent()).toEqual([]);
  });

  test("a slow server is late, and in time again", async () => {
    const fault = { shape: "client-server", parameters: { delay: "200ms", jitter: "0" } };
    const injected = await injectOn(cluster, await builtNemesis("slow"), fault, [n1]);
    expect(injected.evidence).toMatch(/round trip c1 n1 [4-7]\d\d ms/);
    expect(await hears(c1, n1.address)).toBe("one");
    expect(await injected.heal()).toMatch(/^round trip c1 n1 [1-3]?\d{1,2}(\.\d+)? ms$/);
    expect((await n1.exec(["ip", "-br", "link"])).stdout).not.toContain("lj-");
  });

  test("answers are held, or lost with their connection", async () => {
    const hold = { shape: "client", parameters: { hold: "1s" } };
    const late = await injectOn(cluster, await builtNemesis("late-reply"), hold, [c1]);
    expect(late.evidence).toMatch(/n1 was reached and answered, and \d+ of its packets wait$/);
    await late.heal();
    const lost = await injectOn(cluster, await builtNemesis("lost-reply"), { shape: "client" }, [c1]);
    expect(lost.evidence).toMatch(/a request of c1 was served by n1: ECONNRESET after \d+ ms$/);
    expect(await hears(c1, n1.address)).toBe("silence"); // nobody asked: there is nothing to send again
    await lost.heal();
    expect(await hears(c1, n1.address)).toBe("one");
  });

  test.each([
    ["kill", "restart"],
    ["pause", "stop"],
    ["pause", "freeze"],
  ] as const)("a server comes to be slow while it is hit by %s:%s over and over", async (name, shape) => {
    const other = await builtNemesis(name);
    const slow = await builtNemesis("slow");
    const fault = { shape: "client-server", parameters: { delay: "200ms", jitter: "0" } };
    const injected = await beset([n1, c1], other, shape, injectOn(cluster, slow, fault, [n1]));
    expect(await beset([n1, c1], other, shape, injected.heal())).toMatch(/^round trip c1 n1 /);
    expect((await n1.exec(["ip", "-br", "link"])).stdout).not.toContain("lj-");
    expect(await hears(c1, n1.address)).toBe("one");
  });
});
