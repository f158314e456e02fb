/** Real network namespaces, processes and containers: what every runtime promises of its hosts. */
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { findContained } from "../src/cluster/docker/contained.js";
import { listJournals } from "../src/cluster/journal.js";
import { whenReady } from "../src/cluster/readiness.js";
import type { NodeExit, ServerSpec } from "../src/cluster/types.js";
import { scratch } from "./support/cli.js";
import {
  commandLineOf,
  eventually,
  greeter,
  hears,
  namespacesNaming,
  node,
  runs,
  shell,
  statOf,
  testCluster,
  type TestCluster,
} from "./support/cluster.js";
import { DOCKER, describeWithDocker, LOCAL, TEST_ENGINE, type TestRuntime } from "./support/runtimes.js";

const state = scratch(afterAll);
beforeEach(() => {
  vi.stubEnv("LOCKJEPSEN_STATE", state);
  vi.stubEnv("DOCKER_HOST", TEST_ENGINE);
  return () => vi.unstubAllEnvs();
});

conforms("the local runtime", describe, LOCAL, { stopMs: 5_000 });
conforms("the docker runtime", describeWithDocker, DOCKER, { stopMs: 9_000 });

const SIGNAL = new AbortController().signal;

/** The one suite for all runtimes. */
function conforms(
  title: string,
  describeIt: (title: string, tests: () => void) => void,
  on: TestRuntime,
  { stopMs }: { readonly stopMs: number },
): void {
  const cluster = (servers: readonly ServerSpec[], clients = 1): Promise<TestCluster> =>
    testCluster(servers, clients, on);

  describeIt(title, () => {
    describe("hosts", () => {
      test("reach each other, and nothing else", async () => {
        const { servers, clients, register, control } = await cluster(
          [greeter("n1", "one"), greeter("n2", "two")],
          2,
        );
        await Promise.all(servers.map((server) => server.start()));
        const [n1, n2] = servers;
        await eventually(async () => (await hears(control, n1?.address ?? "")) === "one");
        for (const host of [...clients, register, control, ...servers])
          expect(await hears(host, n2?.address ?? "")).toBe("two");
        expect(new Set([...servers, ...clients, register, control].map(({ address }) => address)).size).toBe(
          6,
        );
        expect(await hears(control, "203.0.113.1")).toBe("ENETUNREACH");
      });

      test("of two clusters at once never meet", async () => {
        const first = await cluster([greeter("n1", "first")]);
        const second = await cluster([greeter("n1", "second")]);
        for (const { servers } of [first, second]) await servers[0]?.start();
        const [address = "", other = ""] = [first, second].map(({ servers }) => servers[0]?.address ?? "");
        await eventually(async () => (await hears(first.control, address)) === "first");
        await eventually(async () => (await hears(second.control, other)) === "second");
        // It may have the same address; then whoever has it there answers.
        expect(await hears(first.control, other)).not.toBe("second");

        expect(await first.stop()).toEqual([]);
        expect(await hears(second.control, other)).toBe("second");
        expect(second.servers[0]?.pids()).toHaveLength(1);
      });

      test("are as many as a run may ask for, and everyone finds everyone", async () => {
        const names = Array.from({ length: 9 }, (_, index) => `n${index + 1}`);
        const { clients, servers, control, stop } = await cluster(
          names.map((name) => greeter(name, name)),
          100,
        );
        await Promise.all(servers.map((server) => server.start()));
        for (const { address } of servers)
          await eventually(async () => names.includes(await hears(control, address)));
        // Each with all, at once: 900 pairs, and the kernel's table of neighbours has room for 1024 on the whole machine.
        const knock = servers.map(({ address }) => `cat < /dev/tcp/${address}/80`).join(" && ");
        for (const client of clients) {
          const { stdout } = await client.exec(["bash", "-c", knock], { timeoutMs: 60_000 });
          expect(stdout).toBe(names.join(""));
        }
        expect(await stop()).toEqual([]);
      });

      test("run what is spawned as it is: its own pid, a channel, out of the terminal's reach", async () => {
        const { clients, control } = await cluster([]);
        const [c1 = control] = clients;
        vi.stubEnv("http_proxy", "http://proxy.example:3128");
        const script = `process.send({ pid: process.pid, proxy: process.env.http_proxy, given: process.env.GIVEN });
      process.on("message", () => process.exit(7))`;
        const child = c1.spawn(node(script), {
          stdio: ["ignore", "ignore", "pass-on", "ipc"],
          env: { GIVEN: "yes" },
        });
        const [message] = await once(child, "message");
        expect(message).toEqual({ pid: child.pid, given: "yes" }); // no proxy can be reached from in there
        expect(c1.pids()).toEqual([child.pid]);
        expect(control.pids()).toEqual([]);
        expect(statOf(child.pid ?? 0)?.group).toBe(child.pid);
        child.send("end");
        expect(await once(child, "exit")).toEqual([7, null]);
      });

      test("answer a command with all it said, and end one that takes too long", async () => {
        const { control } = await cluster([]);
        expect(await control.exec(["sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({
          code: 3,
          stdout: "out\n",
          stderr: "err\n",
        });
        const began = performance.now();
        expect((await control.exec(["sh", "-c", "sleep 60 & wait"], { timeoutMs: 100 })).code).toBe(null);
        expect(performance.now() - began).toBeLessThan(20_000);
        expect(control.pids()).toEqual([]);
      });
    });

    describe("a command inside a host's network", () => {
      test("is no part of what runs there: what befalls the host passes it by", async () => {
        const { servers, logDirectory } = await cluster([shell("n1", "exec sleep 60")]);
        const [n1] = servers;
        await n1?.start();
        const [server] = n1?.pids() ?? [];
        const here = join(logDirectory, "here");
        const wait = `: > ${here}; (while [ -e ${here} ]; do sleep 0.02; done; echo whole) & wait`;
        const command = n1?.exec(["sh", "-c", wait]);
        await eventually(() => existsSync(here));
        expect(n1?.pids()).toEqual([server]);
        await n1?.kill("SIGSTOP");
        await n1?.kill("SIGKILL");
        expect(n1?.pids()).toEqual([]); // and is not taken for a server that runs
        rmSync(here);
        expect(await command).toEqual({ code: 0, stdout: "whole\n", stderr: "" });
      });

      test("is none of the host's either when it ends while somebody looks", async () => {
        const { clients } = await cluster([]);
        const [c1] = clients;
        const brief = c1?.exec(["sh", "-c", "n=0; while [ $((n += 1)) -le 500 ]; do /bin/true; done"]);
        const seen = new Set<number>();
        const over = brief?.then(() => true);
        while (!(await Promise.race([over, new Promise((resolve) => setImmediate(resolve, false))])))
          for (const pid of c1?.pids() ?? []) seen.add(pid);
        expect([...seen]).toEqual([]);
      });
    });

    describe("a server", () => {
      test("is all its processes: children, and daemons that cut all ties, but no zombies", async () => {
        // The first `sleep` ends as a zombie: what `exec` makes of its parent never asks for it.
        const script =
          "sleep 0 & sleep 60 & (setsid sleep 60 &) ; (setsid sh -c 'sleep 60 & exec sleep 60' &) ; exec sleep 60";
        const { servers, control } = await cluster([shell("n1", script)]);
        const [n1] = servers;
        await n1?.start();
        const settled = (pid: number): boolean => commandLineOf(pid) === "sleep 60"; // no shell that only forks
        await eventually(() => n1?.pids().length === 5 && n1.pids().every(settled));
        expect(control.pids()).toEqual([]);
        const pids = n1?.pids() ?? [];

        await n1?.kill("SIGSTOP");
        await eventually(() => pids.every((pid) => statOf(pid)?.state === "T"));
        await n1?.kill("SIGKILL");
        expect(n1?.pids()).toEqual([]);
        expect(pids.filter(runs)).toEqual([]);
        expect(await n1?.exited).toEqual({ code: null, signal: "SIGKILL", ours: true });
      });

      test("forking as fast as it can is killed all the same", async () => {
        const { servers } = await cluster([
          shell("n1", "while :; do (setsid sleep 60 &); sleep 0.005; done"),
        ]);
        const [n1] = servers;
        await n1?.start();
        await eventually(() => (n1?.pids().length ?? 0) > 10);
        await n1?.kill("SIGKILL");
        expect(n1?.pids()).toEqual([]);
      });

      test("can be killed as soon as it has started", async () => {
        const { servers } = await cluster([shell("n1", "exec sleep 60")]);
        for (let n = 0; n < 20; n += 1) {
          await servers[0]?.start();
          await servers[0]?.kill("SIGKILL");
          expect(await servers[0]?.exited).toEqual({ code: null, signal: "SIGKILL", ours: true });
        }
      });

      test("killed and started again finds its data, and its log goes on", async () => {
        const { servers } = await cluster([
          shell("n1", "echo started; echo once >> data; cat data; exec sleep 60"),
        ]);
        const [n1] = servers;
        if (!n1) throw new Error("no server");
        await n1.start();
        await eventually(async () => (await n1.logs()) === "started\nonce\n");
        const first = n1.exited;
        await n1.kill("SIGKILL");
        expect(await first).toEqual({ code: null, signal: "SIGKILL", ours: true });

        await n1.start();
        await eventually(async () => (await n1.logs()) === "started\nonce\nstarted\nonce\nonce\n");
        expect(await Promise.race([n1.exited, Promise.resolve("runs")])).toBe("runs");
        await expect(n1.start()).rejects.toThrow("n1 runs already");
        expect(n1.pids()).toHaveLength(1);
      });

      test("finds its files and what was prepared at its first start, keeps its own changes, and is new after a wipe", async () => {
        const { servers } = await cluster([
          {
            name: "n1",
            command: () => ({
              argv: ["sh", "-c", "cat etc/conf made; echo changed > etc/conf; echo up; exec sleep 60"],
              files: { "etc/conf": "given\n" },
              prepare: [
                ["sh", "-c", "echo one > made"],
                ["sh", "-c", "echo two >> made"],
              ],
            }),
          },
        ]);
        const [n1] = servers;
        if (!n1) throw new Error("no server");
        await n1.start();
        await eventually(async () => (await n1.logs()) === "given\none\ntwo\nup\n");
        await n1.kill("SIGKILL");
        await n1.start();
        await eventually(async () => (await n1.logs()).endsWith("changed\none\ntwo\nup\n"));
        await n1.kill("SIGKILL");
        await n1.start({ wipe: true });
        await eventually(async () =>
          (await n1.logs()).endsWith("changed\none\ntwo\nup\ngiven\none\ntwo\nup\n"),
        );
      });

      test("that cannot be prepared says why", async () => {
        const { servers } = await cluster([
          {
            name: "n1",
            command: () => ({
              argv: ["sleep", "60"],
              prepare: [["sh", "-c", "echo 'error: no space' >&2; exit 3"]],
            }),
          },
        ]);
        await expect(servers[0]?.start()).rejects.toThrow(
          "n1 cannot be prepared: sh ended with exit code 3: error: no space",
        );
      });

      test("that refuses to run as root runs as an ordinary user, and its data are its own", async () => {
        const { servers } = await cluster([
          {
            name: "n1",
            command: () => ({
              argv: ["sh", "-c", "id -u; touch mine; stat -c %u mine; exec sleep 60"],
              prepare: [["sh", "-c", "id -u"]],
              unprivileged: true,
            }),
          },
        ]);
        const [n1] = servers;
        await n1?.start();
        await eventually(async () => (await n1?.logs()) === "65534\n65534\n65534\n");
        expect(n1?.pids()).toHaveLength(1);
        await n1?.kill("SIGKILL");
        expect(n1?.pids()).toEqual([]);
      });

      test("tells of each of its ends, and whether it was ended on purpose", async () => {
        const { servers } = await cluster([shell("n1", "exec sleep 60")]);
        const [n1] = servers;
        if (!n1) throw new Error("no server");
        const ends: NodeExit[] = [];
        n1.onExit((exit) => ends.push(exit));
        await n1.start();
        await n1.kill("SIGKILL");
        await n1.start();
        process.kill(n1.pids()[0] ?? 0, "SIGTERM");
        await n1.exited;
        expect(ends).toEqual([
          { code: null, signal: "SIGKILL", ours: true },
          { code: null, signal: "SIGTERM", ours: false },
        ]);
      });

      test("sees its own settings and nothing of the tester's environment", async () => {
        vi.stubEnv("ETCD_NAME", "not-yours");
        const { servers } = await cluster([shell("n1", "env; pwd", { GIVEN: "yes" })]);
        const [n1] = servers;
        await n1?.start();
        await n1?.exited;
        const said = await n1?.logs();
        expect(said).toContain("GIVEN=yes");
        expect(said).not.toContain("not-yours");
        expect(said).toMatch(/^\/.*\/lockjepsen(?:-\w+\/n1)?$/m); // its data directory
      });

      test("that ends early is told at once, with its last words and where the rest is", async () => {
        const { servers } = await cluster([
          greeter("n1", "one"),
          shell("n2", "echo listening; echo 'bind: address already in use' >&2; echo bye; exit 9"),
        ]);
        await Promise.all(servers.map((server) => server.start()));
        const began = performance.now();
        const waiting = whenReady(servers, async () => false, { timeoutMs: 60_000, signal: SIGNAL });
        await expect(waiting).rejects.toMatchObject({
          code: "environment",
          message: "n2 ended (exit code 9): bind: address already in use",
          hint: expect.stringContaining(servers[1]?.logFile ?? "?"),
        });
        expect(performance.now() - began).toBeLessThan(20_000);
      });

      test("whose program does not exist says so", async () => {
        const { servers } = await cluster([{ name: "n1", command: () => ({ argv: ["/no/such/program"] }) }]);
        const waiting = servers[0]
          ?.start()
          .then(() => whenReady(servers, async () => false, { timeoutMs: 60_000, signal: SIGNAL }));
        await expect(waiting).rejects.toThrow(/n1 .*\/no\/such\/program/);
      });
    });

    describe("stop", () => {
      test("leaves nothing but the logs: not even what is stopped, deaf, or just started", async () => {
        const { runId, logDirectory, servers, clients, register, control, stop } = await cluster(
          [
            shell("n1", "trap '' TERM INT; while :; do sleep 1; done"),
            shell("n2", "(setsid sleep 60 &); exec sleep 60"),
          ],
          2,
        );
        await Promise.all(servers.map((server) => server.start()));
        await eventually(() => servers[1]?.pids().length === 2);
        await servers[1]?.kill("SIGSTOP");
        const sleeper = register.spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] });
        await eventually(() => register.pids().length === 1);
        const pids = [...servers, ...clients, register, control].flatMap((host) => host.pids());
        expect(listJournals().map(({ header }) => header.runId)).toContain(runId);
        const fresh = clients[0]?.spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] }); // perhaps not inside yet

        const began = performance.now();
        expect(await stop()).toEqual([]);
        expect(performance.now() - began).toBeLessThan(stopMs);
        expect(await stop()).toEqual([]);
        expect([...pids, sleeper.pid ?? 0, fresh?.pid ?? 0].filter(runs)).toEqual([]);
        expect(namespacesNaming(runId)).toEqual([]);
        expect(await findContained([])).not.toContainEqual(expect.objectContaining({ runId }));
        expect(readdirSync(tmpdir()).filter((name) => name.includes(runId))).toEqual([]);
        expect(listJournals().map(({ header }) => header.runId)).not.toContain(runId);
        expect(readdirSync(logDirectory).sort()).toEqual(["n1.log", "n2.log"]);
      });

      test("is not needed after a cluster that could not be made", async () => {
        const logDirectory = scratch(onTestFinished);
        const servers = [
          {
            name: "n1",
            command: () => {
              throw new Error("no such setting");
            },
          },
        ];
        const spec = {
          runId: "unmakeable",
          servers: servers.map((each) => ({ ...each, image: "none" })),
          clients: 1,
          logDirectory,
          keep: false,
        };
        await expect(on.runtime.create(spec)).rejects.toThrow("no such setting");
        expect(namespacesNaming("unmakeable")).toEqual([]);
        expect(existsSync(join(tmpdir(), "lockjepsen-unmakeable"))).toBe(false);
        expect(listJournals().map(({ header }) => header.runId)).not.toContain("unmakeable");
      });

      test("of one run is no business of another of the same name", async () => {
        const { runId, control, logDirectory } = await cluster([]);
        const again = on.runtime.create({ runId, servers: [], clients: 1, logDirectory, keep: false });
        await expect(again).rejects.toMatchObject({ code: "environment" });
        expect(namespacesNaming(runId)).not.toEqual([]);
        expect(readFileSync("/proc/self/mounts", "utf8")).toContain(control.name);
        expect((await control.exec(["true"])).code).toBe(0);
      });
    });
  });
}
