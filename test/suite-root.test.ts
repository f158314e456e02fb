/** Real programs of another suite than this machine's, run in a root of their own: as root, as a user, as a server. */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import redis from "../src/backends/redis.js";
import { thisDistribution } from "../src/cluster/distribution.js";
import { findSoftware } from "../src/cluster/software.js";
import type { FoundSoftware, ServerCommand } from "../src/cluster/types.js";
import { eventually, testCluster } from "./support/cluster.js";
import { ordinaryUser } from "./support/user.js";

const distribution = thisDistribution();
const foreign = Object.entries(redis.software.versions)
  .filter(([, carriers]) => distribution !== null && carriers[distribution.family] !== undefined)
  .filter(([, carriers]) => distribution !== null && carriers[distribution.family] !== distribution.suite)
  .map(([version]) => version);

const found = new Map<string, FoundSoftware>();
const find = (version: string): Promise<FoundSoftware> =>
  findSoftware(redis.software, version, { onProgress() {}, signal: new AbortController().signal });

beforeAll(async () => {
  expect(foreign.length).toBeGreaterThan(0);
  for (const version of foreign) found.set(version, await find(version));
});

describe.each(foreign)("redis %s", (version) => {
  test("is found with its suite's root, as paths in there", () => {
    const software = found.get(version) as FoundSoftware;
    expect(software.version).toMatch(new RegExp(`^${version.replace(".", "\\.")}\\.\\d+$`));
    expect(software.binaries["redis-server"]).toBe("/usr/bin/redis-server");
    expect(statSync(join(software.root ?? "", "etc")).isDirectory()).toBe(true);
    expect(software.environment).toEqual({});
  });

  test("sees its data, its host's processes and a /tmp of its own, and leaves the cache as it was", async () => {
    const { root = "" } = found.get(version) as FoundSoftware;
    const before = everythingIn(root);
    const script = [
      "pwd; read text < hello; echo $text; echo there > written; echo > /tmp/own; echo /tmp/*",
      "[ -e /proc/$$/stat ] && [ -c /dev/null ] && echo done",
    ].join("\n");
    const logs = await ran({ root, argv: ["/bin/sh", "-c", script], files: { hello: "hello\n" } });
    const [directory = "", ...said] = logs.split("\n");
    expect(directory).toMatch(/\/n1$/);
    expect(said).toEqual(["hello", expect.stringMatching(/^\/tmp\/lockjepsen-\w+ \/tmp\/own$/), "done", ""]);
    expect(readFileSync(join(directory, "written"), "utf8")).toBe("there\n");
    expect(everythingIn(root)).toEqual(before);
  });

  test("is one process, which faults find, and no root where it must not be", async () => {
    const { root = "", binaries } = found.get(version) as FoundSoftware;
    const server = binaries["redis-server"] ?? "";
    const command: ServerCommand = { root, unprivileged: true, argv: [server, "--bind", "127.0.0.1"] };
    const { servers } = await testCluster([{ name: "n1", command: () => command }]);
    const [node] = servers;
    await node?.start();
    await eventually(async () => /Ready to accept|Server initialized/.test((await node?.logs()) ?? ""));
    const pids = node?.pids() ?? [];
    expect(pids).toHaveLength(1);
    expect(readFileSync(`/proc/${pids[0]}/comm`, "utf8")).toMatch(/^redis-server/);
    expect(readFileSync(`/proc/${pids[0]}/uid_map`, "utf8").trim()).toMatch(/^65534 +0 +1$/);
    expect(readlinkSync(`/proc/${pids[0]}/ns/net`)).not.toBe(readlinkSync("/proc/self/ns/net"));
    await node?.kill("SIGKILL");
    expect(node?.pids()).toEqual([]);
    await node?.start({ wipe: true });
    await eventually(() => (node?.pids() ?? []).length === 1);
  });
});

/** What a server said to its end. */
async function ran(command: ServerCommand): Promise<string> {
  const { servers } = await testCluster([{ name: "n1", command: () => command }]);
  const [node] = servers;
  await node?.start();
  await node?.exited;
  return (await node?.logs()) ?? "";
}

const everythingIn = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) =>
    join(entry.parentPath, entry.name),
  );

test("an ordinary user's run has them too", async () => {
  const user = ordinaryUser();
  const version = foreign.at(-1) ?? "";
  const main = join(user.project, "dist/src/cli/main.js");
  const args = ["run", "-b", `redis@${version}`, "--duration", "3s", "--hold", "0-20ms", "--json"];
  const { code, stdout, stderr } = await user.start([main, ...args]).done;
  expect(code, stderr).toBe(0);
  const { run } = JSON.parse(stdout) as { run: { version: string } };
  expect(run.version).toMatch(new RegExp(`^${version.replace(".", "\\.")}\\.`));
});
