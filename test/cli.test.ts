/** The command line as a child process: what it says and how it ends, for whatever is typed. Starts no server. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { samplePlan } from "../src/report/testing/samples.js";
import { simulate } from "../src/report/testing/simulate.js";
import type { Plan } from "../src/plan/types.js";
import type { VerdictDocument } from "../src/report/types.js";
import { CLI, cli, scratch, startCli } from "./support/cli.js";

const words = (line: string): readonly string[] => line.split(" ").filter(Boolean);

describe("bad words: exit 64, one line of what and one of how to mend it", () => {
  test.each([
    ["run -b etdc", /unknown backend "etdc"/, /did you mean "etcd"\? known: etcd/],
    ["run -b etcd@latest", /"latest" is no version of etcd/, /etcd@3\.4/],
    ["run -b ./no-such-module.js", /cannot load the backend/, /path of a module/],
    ["run -b etcd -l mutx", /unknown lock of etcd "mutx"/, /did you mean "mutex"\? known: .*txn/],
    ["run -b etcd -n pauze", /unknown nemesis "pauze"/, /did you mean "pause"\? known: none, all, pause/],
    ["run -b etcd -w cuonter", /unknown workload "cuonter"/, /did you mean "counter"\? known: set/],
    ["run -b etcd -n pause --target leeder", /unknown target "leeder"/, /did you mean "leader"/],
    ["run -b etcd --secs 5", /unknown option --secs/, /lockjepsen run --help/],
    ["run -b etcd --durtion 5s", /unknown option --durtion/, /did you mean --duration/],
    ["rnu -b etcd", /unknown command "rnu"/, /did you mean "run"/],
    ["run -b etcd --duration 5", /--duration: "5" is not a duration/, /500ms, 2s, 1m, 8h/],
    ["run -b etcd --duration 5parsec", /--duration: "5parsec"/, /500ms, 2s, 1m, 8h/],
    ["run -b etcd --hold 2s-1s", /--hold: the range "2s-1s" ends before/, /1s-2s/],
    ["run -b etcd --ttl 1ms", /--ttl 1ms is out of range/, /take 2s to/],
    ["run -b etcd --ttl 9999h", /--ttl 9999h is out of range/, /take 2s to/],
    ["run -b etcd --ttl 2500ms", /--ttl 2500ms: mutex takes leases in steps of 1s/, /take 2s or 3s/],
    ["run -b etcd --nodes 0", /--nodes 0 is out of range/, /from 1 to/],
    ["run -b etcd --set etcd.hartbeat=5", /no setting "etcd.hartbeat"/, /known: etcd.heartbeat-interval/],
    ["run -b etcd --runtime local --image redis", /needs containers/, /--runtime docker/],
    ["run -b etcd --seed yes", /--seed: "yes" is not a whole number/, /--seed 5/],
    ["run -b consul --ttl 2s", /--ttl 2s is out of range for session/, /take 10s to 24h/],
    ["run -b redis -l mutex", /unknown lock of redis "mutex"/, /known: set-nx-px, .*unsafe-del/],
    [
      "run -b redis --fencing on",
      /redis set-nx-px hands out no token/,
      /take --lock fenced, or --fencing identity/,
    ],
    ["run -b file --fencing on", /file excl hands out no token/, /take --fencing off or identity/],
    ["conform -b redis -l mutex", /unknown lock of redis "mutex"/, /known: set-nx-px/],
    ["conform", /which lock service\? --backend is missing/, /name one, or all/],
    ["list backend", /no list of "backend"/, /did you mean "backends"/],
  ])("%s", async (line, message, hint) => {
    const { code, stdout, stderr } = await cli(
      words(line).concat(line.startsWith("run") ? ["--dry-run"] : []),
    );
    const [first, second, ...more] = stderr.trimEnd().split("\n");
    expect(stdout).toBe("");
    expect(code).toBe(64);
    expect(first).toMatch(message);
    expect(second).toMatch(hint);
    expect(more).toEqual([]);
  });
});

describe("a plan", () => {
  const plan = async (args: string, env: NodeJS.ProcessEnv = {}): Promise<Plan> => {
    const { code, stdout, stderr } = await cli(["run", "--dry-run", "--json", ...words(args)], { env });
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Plan;
  };

  test("is printed and not performed, the same for the same seed", async () => {
    const [a, b] = await Promise.all(["", ""].map(() => plan("-b etcd -n pause --seed 7")));
    expect({ ...a, runId: "", created: "" }).toEqual({ ...b, runId: "", created: "" });
    expect(a?.faults.length).toBeGreaterThan(5);
    expect(a?.runId).not.toBe(b?.runId);
  });

  test("repeats by its own command line", async () => {
    const odd = await plan(
      "-b etcd -l txn -n pause --hold 1-2s --ttl 3s --set etcd.heartbeat-interval=50 --seed 9",
    );
    const again = await plan(odd.command.replace("npx lockjepsen run", ""));
    const what = (one: Plan): object => ({ ...one, runId: "", created: "", sources: {} });
    expect(what(again)).toEqual(what(odd));
  });

  test("takes every option from the environment, and the command line's word before that", async () => {
    const env = {
      LOCKJEPSEN_BACKEND: "etcd",
      LOCKJEPSEN_NEMESIS: "pause",
      LOCKJEPSEN_TTL: "4s",
      LOCKJEPSEN_SEED: "5",
      LOCKJEPSEN_SET: "etcd.heartbeat-interval=50,etcd.election-timeout=500",
      LOCKJEPSEN_SOMETHING_ELSE: "1",
    };
    expect(await plan("--seed 6", env)).toMatchObject({
      seed: 6,
      judge: { ttlMs: 4_000, nemeses: ["pause"] },
      backend: { settings: { "heartbeat-interval": "50", "election-timeout": "500" } },
    });
  });

  test("says which variable a bad value stands in", async () => {
    const { code, stderr } = await cli(["run", "-b", "etcd", "--dry-run"], {
      env: { LOCKJEPSEN_TTL: "soon" },
    });
    expect(code).toBe(64);
    expect(stderr).toMatch(/--ttl: "soon" is not a duration\n.*LOCKJEPSEN_TTL/);
  });

  test("reads as text, and warns where no fault fits", async () => {
    const { code, stdout } = await cli(words("run -b etcd -n pause --duration 3s --seed 1 --dry-run"));
    expect(code).toBe(0);
    expect(stdout).toMatch(/faults +none\n! no pause fits into 3s/);
    expect(stdout).toMatch(
      /again +npx lockjepsen run --backend etcd --nemesis pause --duration 3s(?: --runtime local)? --seed 1\n$/,
    );
  });
});

describe("what cannot be had here: exit 3, before any server is started", () => {
  test.each<[string, (file: string) => readonly string[], RegExp, RegExp]>([
    ["a version that nobody has", () => ["-b", "etcd@9.9"], /etcd 9\.9/, /PATH/],
    [
      "a file in the place of results",
      (file) => ["-b", "etcd", "--output", file],
      /cannot write .*: a part of that path is a file/,
      /--output/,
    ],
    [
      "a place that takes no files",
      () => ["-b", "etcd", "--output", "/proc/results"],
      /cannot write \/proc/,
      /--output/,
    ],
  ])("%s", async (_, args, message, hint) => {
    const file = join(scratch(onTestFinished), "file");
    writeFileSync(file, "");
    const { code, stdout, stderr } = await cli(["run", "--duration", "3s", "--quiet", ...args(file)]);
    const [first, second, ...more] = stderr.trimEnd().split("\n");
    expect(stdout).toBe("");
    expect(code, stderr).toBe(3);
    expect(first).toMatch(message);
    expect(second).toMatch(hint);
    expect(more).toEqual([]);
  });
});

describe("a stored run", () => {
  let directory: string;
  let text: string;
  /** A whole directory, as a run leaves it. */
  function store(): string {
    const place = join(scratch(onTestFinished), "results", "latest");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "plan.json"), JSON.stringify(samplePlan({ durationMs: 20_000 })));
    writeFileSync(join(place, "history.jsonl"), text);
    return place;
  }
  const history = (change: (whole: string) => string | Buffer): string => {
    const file = join(scratch(onTestFinished), "history.jsonl");
    writeFileSync(file, change(text));
    return file;
  };

  beforeAll(() => {
    // A file does not number its events: their place does.
    const { events } = simulate(samplePlan({ durationMs: 20_000 }));
    text = events.map((event) => `${JSON.stringify({ ...event, index: undefined })}\n`).join("");
  });

  test("is judged from its directory, as `latest`, and from its history alone, alike", async () => {
    directory = store();
    const asked = await Promise.all([
      cli(["check", directory, "--json"]),
      cli(["check", "latest", "--json"], { cwd: join(directory, "../..") }),
      cli(["check", "latest", "--json"], { env: { LOCKJEPSEN_OUTPUT: join(directory, "..") } }),
      cli(["check", join(directory, "history.jsonl"), "--json"]),
    ]);
    const [first] = asked.map(({ stdout }) => JSON.parse(stdout) as VerdictDocument);
    expect(first?.verdict).toBe("violated");
    expect(first?.updates.lost).toBeGreaterThan(0);
    for (const { code, stdout } of asked) {
      const said = JSON.parse(stdout) as VerdictDocument;
      expect(code).toBe(1);
      expect(said.counts).toEqual(first?.counts);
      expect(said.findings).toEqual(first?.findings);
    }
    expect(first?.run).toMatchObject({ seed: 42, version: "3.4", interrupted: false });
    expect(readdirSync(directory).toSorted()).toEqual(["history.jsonl", "plan.json"]);
  });

  test("is told to people: verdict, why, and how to repeat it", async () => {
    const { code, stdout } = await cli(["check", store()]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Violated: \d+ of \d+ acknowledged updates lost/);
    expect(stdout).toMatch(/lost-update/);
    expect(stdout).toMatch(/again +npx lockjepsen run/);
    const alone = await cli(["check", history((whole) => whole)]);
    expect(alone.code).toBe(1);
    expect(alone.stdout).toMatch(/^Violated: \d+ of \d+ acknowledged updates lost/);
    expect(alone.stdout).not.toMatch(/again|report +/);
  });

  test("is reported anew, also when it was killed before it could judge itself", async () => {
    directory = store();
    writeFileSync(join(directory, "history.jsonl"), text.slice(0, Math.floor(text.length * 0.7)));
    const { code, stdout, stderr } = await cli(["report", directory]);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(`${join(directory, "report.html")}\n`);
    expect(readFileSync(join(directory, "report.html"), "utf8")).toMatch(/^<!doctype html>/i);
    const document = JSON.parse(readFileSync(join(directory, "verdict.json"), "utf8")) as VerdictDocument;
    expect(document.run.interrupted).toBe(true);
    expect(document.remarks.join(" ")).toMatch(/cut off/);
  });

  test("whose last line is cut off is judged without it", async () => {
    const whole = await cli(["check", history((all) => all), "--json"]);
    const cut = await cli(["check", history((all) => all.slice(0, -10)), "--json"]);
    const said = JSON.parse(cut.stdout) as VerdictDocument;
    expect(cut.code).toBe(1);
    expect(said.counts).toEqual((JSON.parse(whole.stdout) as VerdictDocument).counts);
    expect(said.remarks.join(" ")).toMatch(/cut off/);
  });

  test.each<[string, (whole: string) => string | Buffer, RegExp]>([
    ["with a torn line in the middle", (all) => all.replace(/\n.{20}/, "\n"), /line 2/],
    [
      "that is binary",
      () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255, 10, 0, 1]),
      /line 1|binary|not/,
    ],
    ["that is empty", () => "", /empty|no event|begin/],
    ["without its first event", (all) => all.slice(all.indexOf("\n") + 1), /begin/],
  ])("history %s is no history: exit 64", async (_, change, message) => {
    const { code, stdout, stderr } = await cli(["check", history(change)]);
    expect(stdout).toBe("");
    expect(code, stderr).toBe(64);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  test.each(["check", "report"])("that is not there: %s exits 64", async (command) => {
    const { code, stderr } = await cli([command, "results/no-such-run"]);
    expect(code).toBe(64);
    expect(stderr).toMatch(/^error: results\/no-such-run does not exist\n hint: /);
  });

  test("that holds no plan can be checked but not reported", async () => {
    directory = store();
    rmSync(join(directory, "plan.json"));
    expect((await cli(["check", directory])).code).toBe(1);
    const { code, stderr } = await cli(["report", directory]);
    expect(code).toBe(64);
    expect(stderr).toMatch(/holds no run: there is no plan.json/);
  });

  test("that cannot be read: exit 3", async () => {
    directory = store();
    rmSync(join(directory, "history.jsonl"));
    mkdirSync(join(directory, "history.jsonl"));
    const { code, stderr } = await cli(["check", directory]);
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/cannot read .*history\.jsonl/);
  });

  test.each([
    ["no JSON", "{", /plan\.json is not what a run .*JSON/],
    ["something else", '{"version":1}', /plan\.json is not what a run .*: runId: /],
    ["of another version", JSON.stringify({ ...samplePlan(), version: 2 }), /: version: /],
  ])("whose plan is %s: exit 64", async (_, plan, message) => {
    directory = store();
    writeFileSync(join(directory, "plan.json"), plan);
    const { code, stderr } = await cli(["report", directory]);
    expect(code).toBe(64);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });
});

describe("lists tell what is there", () => {
  test.each([
    ["backends", ["etcd", "memory"]],
    ["nemeses", ["none", "pause"]],
    ["workloads", ["set", "counter", "leader"]],
    ["checkers", ["overlap", "stale-write", "lost-update", "token-order", "late-grant"]],
  ])("of %s", async (what, names) => {
    const [text, json] = await Promise.all([cli(["list", what]), cli(["list", what, "--json"])]);
    const data = JSON.parse(json.stdout) as readonly { name: string; description: string }[];
    expect([text.code, json.code]).toEqual([0, 0]);
    expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    for (const { name, description } of data) {
      expect(text.stdout).toContain(name);
      expect(description.length).toBeGreaterThan(10);
    }
  });
});

describe("manners", () => {
  test("help says what there is, names the exit codes, and loads yargs alone", async () => {
    const coverage = scratch(onTestFinished);
    const { code, stdout } = await cli(["run", "--help"], { env: { NODE_V8_COVERAGE: coverage } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/--backend[^]*Exit codes:[^]*130 interrupted/);
    const loaded = readdirSync(coverage).flatMap((file) => {
      const { result } = JSON.parse(readFileSync(join(coverage, file), "utf8")) as {
        result: { url: string }[];
      };
      return result.flatMap(({ url }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    });
    const heavy = ["etcd3", "@grpc/grpc-js", "zod", "hdr-histogram-js", "pure-rand"];
    expect(loaded).toContain("yargs");
    expect(heavy.filter((name) => loaded.includes(name))).toEqual([]);
  });

  test("a reader that closes the pipe is no error", async () => {
    const { child, done } = startCli(["list", "backends"]);
    child.stdout?.destroy();
    expect((await done).code).toBe(0);
  });

  test("no colours into a pipe, unless asked for", async () => {
    const escape = "\u001B[";
    const unknown = ["run", "-b", "etdc", "--dry-run"];
    const [plain, forced] = await Promise.all([
      cli(unknown, { env: { NO_COLOR: undefined } }),
      cli(unknown, { env: { NO_COLOR: undefined, FORCE_COLOR: "1" } }),
    ]);
    expect(plain.stderr).not.toContain(escape);
    expect(forced.stderr).toContain(escape);
  });

  test("a stack is shown only with --debug", async () => {
    const missing = ["check", "no-such-file"];
    const [plain, debug] = await Promise.all([cli(missing), cli([...missing, "--debug"])]);
    expect(plain.stderr.trimEnd().split("\n")).toHaveLength(2);
    expect(debug.stderr).toMatch(/\n +at /);
  });

  test("it tells its version", async () => {
    const manifest = readFileSync(fileURLToPath(new URL("../package.json", import.meta.url)), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    expect((await cli(["--version"])).stdout).toBe(`${version}\n`);
  });

  test("a reader that has had enough is no bug of ours", () => {
    const file = join(scratch(onTestFinished), "ops.jsonl");
    const op = { process: 0, type: "invoke", f: "acquire", value: null };
    const pair = `${JSON.stringify(op)}\n${JSON.stringify({ ...op, type: "ok" })}\n`;
    writeFileSync(file, pair.repeat(20_000));
    const line = `"$0" "$1" convert "$2" | head -1; exit "\${PIPESTATUS[0]}"`;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", line, process.execPath, CLI, file], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toHaveLength(2);
  });

  test("a shell can complete it", () => {
    const { stdout } = spawnSync(process.execPath, [CLI, "--get-yargs-completions", "lockjepsen", "ru"], {
      encoding: "utf8",
      env: { ...process.env, SHELL: "/bin/bash" },
    });
    expect(stdout.split("\n")).toContain("run");
  });
});

test("an error that nobody catches is a bug of ours, exit 70, and never a verdict", async () => {
  const directory = scratch(onTestFinished);
  const backend = join(directory, "astray.mjs");
  writeFileSync(
    backend,
    `setTimeout(() => { throw new Error("astray"); }, 10);
     await new Promise(() => {});`,
  );
  const { code, stderr } = await cli(["run", "-b", backend, "--output", directory]);
  expect(stderr).toContain("error: this is a bug in lockjepsen: astray");
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(code).toBe(70);
});
