/** What goes wrong with a real engine: one line that says what, one that says how to mend it, and exit code 3. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { ensureImage } from "../src/cluster/docker/build.js";
import { demandEngine, findEngine } from "../src/cluster/docker/engine.js";
import { follow } from "../src/cluster/docker/follow.js";
import { cli, scratch, startCli, type Outcome } from "./support/cli.js";
import { eventually } from "./support/cluster.js";
import { describeWithDocker, DOCKER, quiet, TEST_ENGINE } from "./support/runtimes.js";

beforeEach(() => {
  vi.stubEnv("DOCKER_HOST", TEST_ENGINE);
  vi.stubEnv("LOCKJEPSEN_STATE", scratch(onTestFinished));
  return () => vi.unstubAllEnvs();
});

const run = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  prefix: readonly string[] = [],
): Promise<Outcome> =>
  cli(
    [
      "run",
      "-b",
      "etcd",
      "-n",
      "none",
      "--duration",
      "5s",
      "--runtime",
      "docker",
      "--output",
      scratch(onTestFinished),
      ...args,
    ],
    { env, prefix },
  );

/** `error: ...` and ` hint: ...`, each on one line. */
function told({ stderr }: Outcome): { readonly error: string; readonly hint: string } {
  const [, error = "", hint = ""] = /^error: (.*)\n hint: (.*)\n(?![\s\S]*^error: )/m.exec(stderr) ?? [];
  return { error, hint };
}

test("no engine", async () => {
  const outcome = await run([], { DOCKER_HOST: "unix:///nowhere/docker.sock" });
  expect(outcome.code).toBe(3);
  expect(told(outcome).error).toMatch(/no Docker engine answers at unix:\/\/\/nowhere\/docker.sock/);
  expect(told(outcome).hint).toMatch(/start it .* or take --runtime local/);
});

test("no engine, and nobody asked for one: processes it is, and the first lines say so", async () => {
  const output = scratch(onTestFinished);
  const args = [
    "run",
    "-b",
    "memory",
    "-n",
    "none",
    "--duration",
    "2s",
    "--runtime",
    "auto",
    "--output",
    output,
  ];
  const { stderr } = await cli(args, { env: { DOCKER_HOST: "unix:///nowhere/docker.sock" } });
  expect(stderr.split("\n")[0]).toMatch(/, runtime local$/);
  expect(stderr.split("\n")[1]).toMatch(/runtime local, for no Docker engine answers/);
  expect(JSON.parse(readFileSync(join(output, "latest", "plan.json"), "utf8"))).toMatchObject({
    runtime: "local",
  });
});

test("an engine on another machine", async () => {
  const outcome = await run([], { DOCKER_HOST: "ssh://build.example" });
  expect(outcome.code).toBe(3);
  expect(told(outcome).error).toMatch(/ssh:\/\/build.example is on another machine/);
});

describeWithDocker("with an engine", () => {
  test("an image that lacks the program", async () => {
    const image = (await DOCKER.image()) ?? "";
    const outcome = await run(["--image", image]);
    expect(outcome.code).toBe(3);
    expect(told(outcome).error).toBe(`the image ${image} cannot be used: its image has no etcd`);
    expect(told(outcome).hint).toMatch(/take an image that has it/);
  });

  test("an image that nobody has", async () => {
    const outcome = await run(["--image", "localhost:1/none"]);
    expect(outcome.code).toBe(3);
    expect(told(outcome).error).toMatch(/the image localhost:1\/none is not here and cannot be pulled: /);
  });

  test("an image that cannot be built: the step's own reason", async () => {
    const outcome = await cli(["images", "build", "--only", "valkey:bookworm"]);
    expect(outcome.code).toBe(3);
    expect(told(outcome).error).toMatch(
      /^the image lockjepsen\/valkey:bookworm-\w+ cannot be built: E: .*valkey.*/,
    );
    expect(told(outcome).hint).toMatch(/see docker\/valkey\/Dockerfile/);
  });

  test("every subnet taken", async () => {
    const { docker } = await demandEngine(TEST_ENGINE);
    const network = await docker.createNetwork({
      Name: "taker",
      IPAM: { Config: [{ Subnet: "10.77.0.0/16" }] },
    });
    onTestFinished(async () => void (await network.remove()));
    const outcome = await run([]);
    expect(outcome.code).toBe(3);
    expect(told(outcome).error).toMatch(/no addresses are free for the cluster's network/);
    expect(told(outcome).hint).toMatch(/docker network prune/);
  });
});

interface OwnEngine {
  readonly address: string;
  readonly disk: string;
  readonly dockerd: ChildProcess;
  /** Before a command line that runs on its network. */
  readonly prefix: readonly string[];
}

/** An engine of the test's own, with an image of etcd unless it needs none, on a disk of that size. */
async function ownEngine(mebibytes: number, withImage = true): Promise<OwnEngine> {
  const home = scratch(onTestFinished);
  const disk = join(home, "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", disk]);
  const address = `unix://${join(home, "sock")}`;
  // In a network namespace of its own: two engines in one would remove each other's bridge and firewall rules.
  const dockerd = spawn(
    "unshare",
    [
      "--net",
      "dockerd",
      `--host=${address}`,
      `--data-root=${join(disk, "data")}`,
      `--exec-root=${join(home, "exec")}`,
      `--pidfile=${join(home, "pid")}`,
      "--bridge=none",
    ],
    { stdio: "ignore" },
  );
  onTestFinished(async () => {
    if (dockerd.exitCode === null && dockerd.signalCode === null) {
      dockerd.kill("SIGTERM");
      await once(dockerd, "exit");
    }
    execFileSync("umount", ["-l", disk]);
  });
  await eventually(async () => "docker" in (await findEngine(address)));
  const prefix = ["nsenter", `--net=/proc/${dockerd.pid}/ns/net`, "--"];
  if (!withImage) return { address, disk, dockerd, prefix };
  const from = await demandEngine(TEST_ENGINE);
  const image = from.docker.getImage(await ensureImage(from, "etcd", undefined, quiet));
  const to = await demandEngine(address);
  const loading = await to.docker.loadImage(await image.get());
  await follow(to, loading);
  return { address, disk, dockerd, prefix };
}

describeWithDocker("an engine of one's own", () => {
  test("that takes two seconds to answer is waited for where it is needed", async () => {
    const { address, dockerd } = await ownEngine(100, false);
    dockerd.kill("SIGSTOP");
    onTestFinished(() => void dockerd.kill("SIGCONT"));
    const needed = demandEngine(address);
    expect(await findEngine(address)).toMatchObject({ reason: expect.stringMatching(/does not answer/) });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    dockerd.kill("SIGCONT");
    expect((await needed).address).toBe(address);
  });

  test("stopped in the middle of a run: the run is void, its history is kept", async () => {
    const { address, dockerd, prefix } = await ownEngine(600);
    const output = scratch(onTestFinished);
    const args = ["-b", "etcd", "-n", "none", "--runtime", "docker", "--output", output];
    const running = startCli(["run", ...args], { env: { DOCKER_HOST: address }, prefix });
    await running.shows(/clients ready/);
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // so that there is something to keep
    dockerd.kill("SIGTERM");
    const outcome = await running.done;
    expect(outcome.code, outcome.stderr).toBe(3);
    expect(told(outcome).error).toMatch(/the Docker engine at .* has stopped, and the servers with it/);
    expect(told(outcome).hint).toMatch(/start it, run `lockjepsen clean`/);
    const checked = await cli(["check", join(output, "latest"), "--json"]);
    expect([0, 1, 2]).toContain(checked.code);
    expect((JSON.parse(checked.stdout) as { grants: number }).grants).toBeGreaterThan(0);
  });

  test("with a full disk", async () => {
    const { address, disk, prefix } = await ownEngine(400);
    const fill = join(disk, "fill");
    execFileSync("sh", ["-c", `dd if=/dev/zero of=${fill} bs=64k 2>/dev/null || true`]);
    expect(existsSync(fill)).toBe(true);
    const outcome = await run([], { DOCKER_HOST: address }, prefix);
    expect(outcome.code, outcome.stderr).toBe(3);
    expect(told(outcome).error).toMatch(/the engine's disk is full/);
    expect(told(outcome).hint).toMatch(/free some space/);
  });
});
