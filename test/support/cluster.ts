import { randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { scratch } from "./cli.js";
import { LOCAL, type TestRuntime } from "./runtimes.js";
import type { Cluster, Host, ServerSpec } from "../../src/cluster/types.js";

/** A server that answers every connection with `says`, on port 80. */
export const greeter = (name: string, says: string): ServerSpec => ({
  name,
  command: ({ address }) => ({
    // Perl is in every Debian image, and on every Debian machine.
    argv: [
      "perl",
      "-MIO::Socket::INET",
      "-e",
      `$| = 1; $s = IO::Socket::INET->new(LocalAddr => "${address}:80", Listen => 128, ReuseAddr => 1) or die $!; print "up\\n";
       while ($c = $s->accept) { print $c "${says}"; close $c }`,
    ],
  }),
});

/** A server that is a shell script. */
export const shell = (name: string, script: string, env: Record<string, string> = {}): ServerSpec => ({
  name,
  command: () => ({ argv: ["sh", "-c", script], env }),
});

export const node = (script: string): readonly string[] => [process.execPath, "-e", script];

export interface TestCluster extends Cluster {
  readonly runId: string;
  readonly logDirectory: string;
}

/** A real cluster that ends with the test. */
export async function testCluster(
  servers: readonly ServerSpec[],
  clients = 1,
  on: TestRuntime = LOCAL,
): Promise<TestCluster> {
  const logDirectory = scratch(onTestFinished);
  const cluster = await inDirectory(logDirectory, servers, clients, on);
  onTestFinished(async () => void (await cluster.stop()));
  return cluster;
}

/** A real cluster that whoever opens it has to stop; its logs go with it. */
export async function openCluster(
  servers: readonly ServerSpec[],
  clients = 1,
  on: TestRuntime = LOCAL,
): Promise<TestCluster> {
  const logDirectory = mkdtempSync(join(tmpdir(), "lockjepsen-test-"));
  const cluster = await inDirectory(logDirectory, servers, clients, on);
  const stop: Cluster["stop"] = async () => {
    const left = await cluster.stop();
    rmSync(logDirectory, { recursive: true, force: true });
    return left;
  };
  return { ...cluster, stop };
}

async function inDirectory(
  logDirectory: string,
  servers: readonly ServerSpec[],
  clients: number,
  { runtime, image }: TestRuntime,
): Promise<TestCluster> {
  const runId = randomBytes(4).toString("hex");
  const from = await image();
  const cluster = await runtime.create({
    runId,
    servers: servers.map((server) => ({ image: from, ...server })),
    clients,
    logDirectory,
    keep: false,
  });
  return { ...cluster, runId, logDirectory };
}

/** What a host hears when it connects to `address`:80; what went wrong instead. */
export async function hears(host: Host, address: string): Promise<string> {
  const script = `
    const socket = require("node:net").connect(80, "${address}").setTimeout(2000, () => socket.destroy(new Error("silence")));
    socket.on("data", (data) => process.stdout.write(data)).on("error", ({ code, message }) => process.stdout.write(code ?? message));`;
  return (await host.exec(node(script))).stdout;
}

/** Names of the namespaces on this machine that hold `text`. */
export const namespacesNaming = (text: string): readonly string[] =>
  execFileSync("ip", ["netns", "list"], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((name) => name.includes(text));

/** State letter and process group of a process, see proc(5); null when it is no more. */
export function statOf(pid: number): { readonly state: string; readonly group: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, group: Number(group) };
  } catch {
    return null; // perhaps since just now
  }
}

/** Nothing where it has ended. */
export function commandLineOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trimEnd();
  } catch {
    return "";
  }
}

export const runs = (pid: number): boolean => !"ZX".includes(statOf(pid)?.state ?? "X");

/** Resolves when `holds` does; rejects past 30 s. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  patienceMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never came true: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Of what stands now nothing stays. Runs beside this one make and remove the like: what is still there of them goes, and
 * what one of ours left never would.
 */
export async function nothingStays(list: () => readonly string[]): Promise<void> {
  const now = list();
  await eventually(() => list().every((one) => !now.includes(one)));
}

/** Control groups of ours, in whatever hierarchy. */
export const controlGroups = (): readonly string[] =>
  ["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/freezer"]
    .filter(existsSync)
    .flatMap((directory) => readdirSync(directory).filter((name) => name.startsWith("lockjepsen-")));
