/** `kill -9` of lockjepsen while a fault is in effect: `heal` brings everything back, `clean` leaves nothing. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { cli, scratch, startCli } from "./support/cli.js";
import { eventually, namespacesNaming, node } from "./support/cluster.js";

/** Asks a Redis, from inside the run's network, for its time. */
const ASK = `
  const socket = require("node:net").connect(6379, "10.77.0.1", () => socket.write("TIME\\r\\n"));
  socket.setTimeout(1500, () => process.exit(1)).on("error", () => process.exit(1));
  socket.on("data", (data) => (console.log(String(data).split("\\r\\n")[2]), process.exit(0)));`;

/** How far the clock of the run's server is off, s; null where it does not answer. */
function serverOff(runId: string): number | null {
  const [program, ...args] = ["ip", "netns", "exec", `lj-${runId}-control`, ...node(ASK)];
  try {
    const said = execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return Math.round(Number(said) - Date.now() / 1_000);
  } catch {
    return null;
  }
}

/** Those that stood before, as other runs' beside this one, are none of its business. */
const before = new Set(controlGroups());

function controlGroups(): readonly string[] {
  return ["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/freezer"]
    .filter(existsSync)
    .flatMap((directory) => readdirSync(directory).filter((name) => name.startsWith("lockjepsen-")));
}

/** A run that was killed while this fault was in effect. */
async function killedDuring(...fault: string[]) {
  const env = { LOCKJEPSEN_STATE: scratch(onTestFinished) };
  const output = scratch(onTestFinished);
  const args = ["run", "-b", "redis", "--concurrency", "2", "--duration", "60s", "--fault-duration", "50s"];
  const run = startCli([...args, "--output", output, "-n", ...fault], { env });
  onTestFinished(async () => void (await cli(["clean"], { env })));
  await run.shows(/ for 50\.0 s/);
  run.child.kill("SIGKILL");
  await run.done; // its output ends with it, whoever is still stopped
  const runId = /run ([0-9a-f]{8})/.exec(run.stderr())?.[1] ?? "";
  return { runId, env };
}

describe.each([
  { name: "pause", args: ["pause", "--target", "n1"], ails: null },
  { name: "pause:freeze", args: ["pause:freeze", "--target", "n1"], ails: null },
  { name: "kill", args: ["kill", "--target", "n1"], ails: null },
  { name: "clock", args: ["clock", "--target", "n1", "--fault", "clock.offset=-10h"], ails: -36_000 },
])("$name", ({ args, ails }) => {
  test("is undone by heal, and a second time there is nothing to do", async () => {
    const { runId, env } = await killedDuring(...args);
    const off = serverOff(runId);
    if (ails === null) expect(off).toBeNull();
    else expect(Math.abs((off ?? 0) - ails)).toBeLessThan(3);

    const healed = await cli(["heal", runId], { env });
    expect([healed.code, healed.stderr]).toEqual([0, ""]);
    expect(healed.stdout).toMatch(/^f1 \(\w+\): \S/);
    await eventually(() => Math.abs(serverOff(runId) ?? Infinity) < 3);
    expect((await cli(["heal", runId], { env })).code).toBe(0);
    expect(Math.abs(serverOff(runId) ?? Infinity)).toBeLessThan(3);

    expect((await cli(["clean"], { env })).code).toBe(0);
    expect(namespacesNaming(runId)).toEqual([]);
    expect(controlGroups().filter((name) => !before.has(name))).toEqual([]);
  });
});

test.each([
  ["pause:freeze", "--target", "holder"],
  ["pause:slow"],
  ["block"],
  ["kill", "--target", "holder"],
])("%s: clean alone leaves nothing", async (...args) => {
  const { runId, env } = await killedDuring(...args);
  const cleaned = await cli(["clean"], { env });
  expect([cleaned.code, cleaned.stderr]).toEqual([0, ""]);
  expect(namespacesNaming(runId)).toEqual([]);
  expect(controlGroups().filter((name) => !before.has(name))).toEqual([]);
});
