/** lockjepsen in its own image: for a user who may speak with the engine and is nothing more, and without any engine. */
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ensureImage } from "../src/cluster/docker/build.js";
import { runContainer } from "../src/cluster/docker/container.js";
import { demandEngine } from "../src/cluster/docker/engine.js";
import { privileged } from "../src/cluster/docker/privileged.js";
import type { VerdictDocument } from "../src/report/types.js";
import { scratch } from "./support/cli.js";
import { eventually } from "./support/cluster.js";
import { describeWithDocker, quiet, TEST_ENGINE } from "./support/runtimes.js";
import { NOBODY, ordinaryUser, type User } from "./support/user.js";

const SOCKET = TEST_ENGINE.replace("unix://", "");

/** The user's command line, with the engine's socket as its group may use it. */
function lockjepsen(user: User, args: readonly string[]): ReturnType<User["start"]> {
  const env = { DOCKER_HOST: TEST_ENGINE, LOCKJEPSEN_RUNTIME: "docker" };
  return user.start([join(user.project, "dist", "src", "cli", "main.js"), ...args], env);
}

/** Everything below a directory that is not the user's. */
const foreign = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true })
    .map((name) => join(directory, String(name)))
    .filter((path) => lstatSync(path).uid !== NOBODY);

/** Nothing of any run is left on the engine, nor lockjepsen itself. */
async function expectNothingLeft(): Promise<void> {
  const { docker } = await demandEngine(TEST_ENGINE);
  for (const label of ["lockjepsen.run", "lockjepsen.self"])
    await eventually(
      async () => (await docker.listContainers({ all: true, filters: { label: [label] } })).length === 0,
      30_000, // the engine removes them by itself, when it comes to it
    );
  expect(await docker.listNetworks({ filters: { label: ["lockjepsen.run"] } })).toEqual([]);
}

describeWithDocker("a user of the engine's group", () => {
  const args = ["run", "-b", "etcd", "-n", "pause", "--seed", "7", "--hold", "0-200ms", "--json"];

  beforeAll(async () => {
    const engine = await demandEngine(TEST_ENGINE);
    for (const name of ["etcd", "lockjepsen"]) await ensureImage(engine, name, undefined, quiet);
  }, 600_000);

  test("gets a verdict, and the results are theirs", async () => {
    const user = ordinaryUser({ group: statSync(SOCKET).gid });
    const { code, stdout, stderr } = await lockjepsen(user, [...args, "--duration", "10s"]).done;
    expect(code, stderr).toBe(1);
    const document = JSON.parse(stdout) as VerdictDocument;
    expect(document.findings.map(({ cause }) => cause)).toContain("outlived-lease");
    expect(document.files.report.startsWith(join(user.home, "results"))).toBe(true);
    expect(readdirSync(join(user.home, "results", "latest")).sort()).toContain("report.html");
    for (const place of ["results", ".local", ".cache"]) expect(foreign(join(user.home, place))).toEqual([]);
    await expectNothingLeft();
  });

  test("interrupts it: healed, judged, cleaned", async () => {
    const user = ordinaryUser({ group: statSync(SOCKET).gid });
    const { docker } = await demandEngine(TEST_ENGINE);
    const interrupted = lockjepsen(user, [...args, "--duration", "60s"]);
    await eventually(
      async () => (await docker.listContainers({ filters: { label: ["lockjepsen.part=n3"] } })).length > 0,
      60_000,
    );
    await new Promise((resolve) => setTimeout(resolve, 6_000)); // so that there is something to judge
    process.kill(interrupted.pid, "SIGINT");
    const early = await interrupted.done;
    expect(early.code, early.stderr).toBe(130);
    expect(JSON.parse(early.stdout)).toMatchObject({ run: { backend: "etcd", runtime: "docker" } });
    expect(foreign(join(user.home, "results"))).toEqual([]);
    await expectNothingLeft();
  });
});

describeWithDocker(
  "the image alone, with neither an engine nor the machine's network or processes inside",
  () => {
    let image: string;

    beforeAll(async () => {
      image = await ensureImage(await demandEngine(TEST_ENGINE), "lockjepsen", undefined, quiet);
    }, 600_000);

    test("runs servers, clients and faults in the container, and judges them", async () => {
      const engine = await demandEngine(TEST_ENGINE);
      const results = scratch(onTestFinished);
      const rights = privileged();
      const run =
        "run --backend memory --nemesis pause,clock --runtime local --duration 15s --seed 1 --hold 0-200ms";
      const log = join(results, "output");
      const { code } = await runContainer(
        engine,
        {
          Image: image,
          Cmd: run.split(" "),
          HostConfig: { ...rights, Binds: [...(rights.Binds ?? []), `${results}:/lockjepsen/results`] },
        },
        log,
      );
      expect(code, readFileSync(log, "utf8")).toBe(1);
      const document = JSON.parse(
        readFileSync(join(results, "latest", "verdict.json"), "utf8"),
      ) as VerdictDocument;
      expect(document.run).toMatchObject({ backend: "memory", runtime: "local" });
      expect(document.findings.map(({ cause }) => cause)).toContain("outlived-lease");
      const verified = document.faults.filter((fault) => fault.verified);
      expect(new Set(verified.map(({ name }) => name))).toEqual(new Set(["pause", "clock"]));
    });
  },
);
