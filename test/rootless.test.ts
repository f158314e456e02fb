/** Real runs of an ordinary user, in a user namespace: no root, and nothing left when they end or are killed. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scratch } from "./support/cli.js";
import { commandLineOf, eventually } from "./support/cluster.js";
import { NOBODY, ordinaryUser, started, type User } from "./support/user.js";

/** A program that begins as every run does, then does `body`. */
function program({ home, project }: User, body: string): readonly string[] {
  const file = join(home, "program.mjs");
  writeFileSync(
    file,
    `import { ensurePrivileges } from "${project}/dist/src/cluster/privileges.js";
     import { local } from "${project}/dist/src/cluster/local.js";
     await ensurePrivileges();
     ${body}`,
  );
  return [file];
}

/** Command lines of all processes that name `text`. */
const processesNaming = (text: string): readonly string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLineOf)
    .filter((line) => line.includes(text));

test("the command line runs again as root of a namespace, with its streams and its exit code", async () => {
  const user = ordinaryUser();
  const body = `console.log(process.geteuid(), process.argv.slice(2).join(), process.env.HOME);
    console.error("to stderr");
    process.exit(7);`;
  const { code, stdout, stderr } = await user.start([...program(user, body), "--a", "b c"]).done;
  expect({ code, stdout, stderr }).toEqual({
    code: 7,
    stdout: `0 --a,b c ${user.home}\n`,
    stderr: "to stderr\n",
  });
});

test("a cluster works in there: hosts, processes, pauses; what it leaves is the user's", async () => {
  const user = ordinaryUser();
  const body = `
    import { readFileSync, writeFileSync } from "node:fs";
    const states = (pids) => pids.map((pid) => /\\) (\\w)/.exec(readFileSync(\`/proc/\${pid}/stat\`, "utf8"))[1]);
    const script = 'require("node:net").createServer((s) => s.end("hello")).listen(80, () => console.log("up"))';
    const cluster = await local.create({
      runId: "rootless",
      servers: [{ name: "n1", command: () => ({ argv: [process.execPath, "-e", script] }) }],
      clients: 1,
      logDirectory: "logs",
      keep: false,
    });
    const [n1] = cluster.servers;
    await n1.start();
    while ((await n1.logs()) !== "up\\n") await new Promise((resolve) => setTimeout(resolve, 10));
    const knock = \`require("node:net").connect(80, "\${n1.address}").on("data", (data) => console.log(String(data)))\`;
    const { stdout } = await cluster.clients[0].exec([process.execPath, "-e", knock]);
    const pids = n1.pids();
    await n1.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = states(pids);
    await n1.kill("SIGCONT");
    const left = await cluster.stop();
    writeFileSync("result.json", JSON.stringify({ stdout, pids: pids.length, stopped, left }));
  `;
  expect(await user.start(program(user, body)).done).toEqual({ code: 0, stdout: "", stderr: "" });
  const result = join(user.home, "result.json");
  expect(JSON.parse(readFileSync(result, "utf8"))).toEqual({
    stdout: "hello\n",
    pids: 1,
    stopped: ["T"],
    left: [],
  });
  for (const file of [result, join(user.home, "logs", "n1.log")]) expect(statSync(file).uid).toBe(NOBODY);
  expect(existsSync(join(tmpdir(), "lockjepsen-rootless"))).toBe(false);
});

const COUNT_SIGNALS = `
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => console.log(signal));
  process.on("SIGTERM", () => setTimeout(() => process.exit(5), 200));
  setInterval(() => {}, 1000);
  console.log("ready");
`;

test("signals come through once each, also when the terminal sends them to everyone", async () => {
  const user = ordinaryUser();
  const run = user.start(program(user, COUNT_SIGNALS));
  await run.shows(/ready/);
  process.kill(-run.pid, "SIGINT"); // as a terminal does on Ctrl-C
  await run.shows(/SIGINT/);
  process.kill(run.pid, "SIGTERM");
  expect(await run.done).toMatchObject({ code: 5, stdout: "ready\nSIGINT\nSIGTERM\n" });
});

test("killed by `kill -9`, nothing of it goes on, and `clean` removes its data", async () => {
  const user = ordinaryUser();
  const marker = "31536042";
  const body = `
    const sleeper = ["sh", "-c", "(setsid sleep ${marker} &); exec sleep ${marker}"];
    const servers = [{ name: "n1", command: () => ({ argv: sleeper }) }];
    const cluster = await local.create({ runId: "rootless-killed", servers, clients: 1, logDirectory: "logs", keep: false });
    await cluster.servers[0].start();
    console.log("ready");
    setInterval(() => {}, 1000);
  `;
  const run = user.start(program(user, body));
  await run.shows(/ready/);
  await eventually(() => processesNaming(marker).length >= 2);
  const data = join(tmpdir(), "lockjepsen-rootless-killed");
  expect(existsSync(data)).toBe(true);

  const main = join(user.project, "dist/src/cli/main.js");
  expect((await user.start([main, "clean"]).done).stdout).toContain("still under way");
  await expect.poll(() => processesNaming(marker)).toHaveLength(2);

  process.kill(run.pid, "SIGKILL");
  await run.done;
  await eventually(() => processesNaming(marker).length === 0 && processesNaming(user.home).length === 0);
  const cleaned = await user.start([main, "clean"]).done;
  expect(cleaned).toMatchObject({ code: 0, stdout: expect.stringContaining("removed run rootless-killed") });
  expect(existsSync(data)).toBe(false);
});

test("a kernel that forbids it is told of, with both ways to mend it", async () => {
  const home = scratch(onTestFinished);
  const file = join(home, "program.mjs");
  const module = new URL("../dist/src/cluster/privileges.js", import.meta.url).href;
  writeFileSync(
    file,
    `const { ensurePrivileges } = await import("${module}");
     await ensurePrivileges().catch(({ message, hint, exitCode }) => console.log([exitCode, message, hint].join("\\n")));`,
  );
  // The limit counts within a user namespace of its own: the machine's stays as it is.
  const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all "$@"';
  const argv = [
    "unshare",
    "--user",
    "--map-root-user",
    "sh",
    "-c",
    forbid,
    "sh",
    process.execPath,
    file,
  ] as const;
  const { stdout } = await started(argv, home, process.env).done;
  const [exitCode, message, hint] = stdout.split("\n");
  expect(exitCode).toBe("3");
  expect(message).toMatch(/root or a user namespace.*user\.max_user_namespaces is 0/);
  expect(hint).toMatch(/--privileged.*sudo sysctl user\.max_user_namespaces=/);
});

test("a whole run: packages fetched from in there, results that are the user's", async () => {
  const user = ordinaryUser();
  const main = join(user.project, "dist/src/cli/main.js");
  const args = ["run", "-b", "etcd", "-n", "pause", "--duration", "8s", "--output", "results", "--json"];
  const { code, stdout, stderr } = await user.start([main, ...args]).done;
  expect([0, 1, 2], stderr).toContain(code);
  const { grants } = JSON.parse(stdout) as { grants: number };
  expect(grants).toBeGreaterThan(5);
  const latest = join(user.home, "results", "latest");
  const environment = JSON.parse(readFileSync(join(latest, "environment.json"), "utf8")) as object;
  expect(environment).toMatchObject({ rootless: true });
  for (const name of readdirSync(latest)) expect(statSync(join(latest, name)).uid).toBe(NOBODY);
  expect(readdirSync(join(user.home, ".local/state/lockjepsen"))).toEqual([]);
  expect(processesNaming(user.home)).toEqual([]);
});
