/** Real runs in containers: the same as everywhere else, beside each other, and killed at any moment. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { pause } from "../nemesis/pause.js";
import { bareFault, orderFor } from "../nemesis/testing/order.js";
import { demandEngine, type Engine } from "../src/cluster/docker/engine.js";
import { ensureKeeper, KEEPER_IMAGE } from "../src/cluster/docker/keeper.js";
import type { Plan } from "../src/plan/types.js";
import type { VerdictDocument } from "../src/report/types.js";
import { cli, scratch, startCli } from "./support/cli.js";
import { eventually, namespacesNaming, shell, statOf, testCluster } from "./support/cluster.js";
import { describeWithDocker, DOCKER, TEST_ENGINE } from "./support/runtimes.js";

beforeEach(() => {
  vi.stubEnv("DOCKER_HOST", TEST_ENGINE);
  return () => vi.unstubAllEnvs();
});

/** Runs to the end; the plan and the verdict. */
async function run(
  args: readonly string[],
): Promise<{ plan: Plan; document: VerdictDocument; stderr: string }> {
  const output = scratch(onTestFinished);
  const env = { LOCKJEPSEN_STATE: scratch(onTestFinished) };
  const { stdout, stderr } = await cli(["run", "--json", "--output", output, ...args], { env });
  const document = JSON.parse(stdout || `{"error":${JSON.stringify(stderr)}}`) as VerdictDocument;
  const plan = JSON.parse(readFileSync(document.files.plan, "utf8")) as Plan;
  return { plan, document, stderr };
}

describeWithDocker("a run in containers", () => {
  test("is planned, and judged, as one in processes", async () => {
    const args = ["-b", "etcd", "-n", "pause", "--seed", "7", "--duration", "10s", "--hold", "0-200ms"];
    const [inside, beside] = [
      await run([...args, "--runtime", "docker"]),
      await run([...args, "--runtime", "local"]),
    ];
    expect(inside.stderr.split("\n")[0]).toMatch(/^etcd mutex, pause, seed 7, run \w+, runtime docker$/);
    expect([inside.plan.runtime, beside.plan.runtime]).toEqual(["docker", "local"]);
    expect(inside.plan.faults).toEqual(beside.plan.faults);
    expect(inside.plan.faults.length).toBeGreaterThan(0);
    const causes = ({ document }: typeof inside): readonly (string | undefined)[] => [
      ...new Set(document.findings.map(({ cause }) => cause)),
    ];
    expect(causes(inside)).toEqual(["outlived-lease"]);
    expect(causes(beside)).toEqual(causes(inside));
    for (const { document } of [inside, beside]) {
      expect(document.findings.map(({ kind }) => kind)).toContain("overlap");
      expect(document.faults.every(({ verified }) => verified)).toBe(true);
    }
    expect(inside.document.run.version).toBe("3.4.23");
  });

  test("does not touch another one beside it", async () => {
    const args = ["-b", "etcd", "-n", "none", "--hold", "0-20ms", "--duration", "4s", "--runtime", "docker"];
    const both = await Promise.all([run(args), run(args)]);
    for (const { document } of both) {
      expect(document.verdict).toBe("valid");
      expect(document.grants).toBeGreaterThan(5);
    }
  });
});

describeWithDocker("a paused container", () => {
  test("stands still with every process in it, however fast it forks", async () => {
    const { servers, stop } = await testCluster(
      [shell("n1", "while :; do (setsid sleep 60 &); sleep 0.01; done")],
      1,
      DOCKER,
    );
    const [n1] = servers;
    if (!n1) throw new Error("no server");
    await n1.start();
    await eventually(() => n1.pids().length > 30); // some of them only fork
    const fault = { ...bareFault, nemesis: "pause", shape: "stop" };
    const injected = await pause.inject(orderFor([n1], { fault }));
    const pids = n1.pids();
    expect(pids.length).toBeGreaterThan(20);
    expect(pids.map((pid) => statOf(pid)?.state)).toEqual(pids.map(() => "T"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(n1.pids()).toEqual(pids); // nobody was left to fork
    await injected.heal();
    await eventually(() => n1.pids().length > pids.length);
    expect(await stop()).toEqual([]);
  });
});

/** A container and a network that are not ours. */
async function bystanders({ docker }: Engine): Promise<{ unharmed(): Promise<boolean> }> {
  const name = `bystander-${randomBytes(4).toString("hex")}`;
  const network = await docker.createNetwork({ Name: name, IPAM: { Config: [{ Subnet: "10.78.5.0/24" }] } });
  const container = await docker.createContainer({
    name,
    Image: KEEPER_IMAGE,
    Cmd: ["/keeper"],
    HostConfig: { NetworkMode: name },
  });
  await container.start();
  onTestFinished(async () => {
    await container.remove({ force: true });
    await network.remove();
  });
  const { State } = await container.inspect();
  return {
    async unharmed() {
      const now = await container.inspect();
      const attached = (await network.inspect()) as { readonly Containers?: object };
      return (
        now.State.Pid === State.Pid &&
        now.State.Running &&
        Object.keys(attached.Containers ?? {}).length === 1
      );
    },
  };
}

/** Names of the machine's network interfaces. */
const interfaces = (): readonly string[] => readdirSync("/sys/class/net").sort();

describeWithDocker("kill -9 of lockjepsen", () => {
  // While it makes the network, starts servers, while clients work, while one is paused, at the end: each at random.
  test.each([0, 1, 2, 3, 4])(
    "at a random moment (%i): clean leaves nothing of ours, and all else",
    async (n) => {
      const engine = await demandEngine(TEST_ENGINE);
      await ensureKeeper(engine);
      const { unharmed } = await bystanders(engine);
      const before = interfaces();
      const output = scratch(onTestFinished);
      const state = scratch(onTestFinished);
      const env = { LOCKJEPSEN_STATE: state };
      const args = ["-b", "etcd", "-n", "pause,partition", "--interval", "1500ms", "--duration", "8s"];
      const run = startCli(["run", ...args, "--runtime", "docker", "--output", output], { env });
      const afterMs = 400 + n * 1_700 + Math.random() * 1_700;
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      run.child.kill("SIGKILL");
      await once(run.child, "exit");

      const cleaned = await cli(["clean"], { env });
      expect(cleaned.code, `${cleaned.stdout}${cleaned.stderr} after ${afterMs} ms`).toBe(0);
      const filters = { label: ["lockjepsen.run"] };
      expect(await engine.docker.listContainers({ all: true, filters })).toEqual([]);
      expect(await engine.docker.listNetworks({ filters })).toEqual([]);
      const runId = /run ([0-9a-f]{8})/.exec(run.stderr())?.[1];
      if (runId !== undefined) expect(namespacesNaming(runId)).toEqual([]);
      await eventually(() => interfaces().every((name) => before.includes(name)));
      expect(readdirSync(state).filter((name) => name.endsWith(".jsonl"))).toEqual([]);
      expect(await unharmed()).toBe(true);
      const latest = join(output, "latest");
      const checked = await cli(["check", latest, "--json"]);
      expect([0, 1, 2, 64]).toContain(checked.code); // 64: killed before there was anything to judge
    },
  );
});
