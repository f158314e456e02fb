/** Real packages from the mirror that this machine uses, unpacked and run; nothing of it outside the cache. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import file from "../src/backends/file.js";
import redis from "../src/backends/redis.js";
import { ARCHIVES, thisDistribution } from "../src/cluster/distribution.js";
import { findSoftware } from "../src/cluster/software.js";
import type { FoundSoftware, Software } from "../src/cluster/types.js";
import { scratch } from "./support/cli.js";
import { eventually } from "./support/cluster.js";

const ETCD: Software = {
  binaries: ["etcd"],
  packages: ["etcd-server"],
  versions: {
    "3.3": { debian: "bullseye", ubuntu: "jammy" },
    "3.4": { debian: "bookworm", ubuntu: "noble" },
    "3.5": { debian: "trixie" },
  },
  versionCommand: ["etcd", "--version"],
};

const distribution = thisDistribution();
if (distribution === null) throw new Error("these tests need a system with apt");
const { family } = distribution;
const offered = Object.keys(ETCD.versions).filter((version) => ETCD.versions[version]?.[family]);

const cache = mkdtempSync(join(tmpdir(), "lockjepsen-test-"));
afterAll(() => rmSync(cache, { recursive: true, force: true }));
beforeAll(() => expect(offered.length).toBeGreaterThan(1));
beforeEach(() => {
  vi.stubEnv("LOCKJEPSEN_CACHE", cache);
  return () => vi.unstubAllEnvs();
});

/** With all that was fetched so far. */
function copyOfCache(): string {
  const directory = scratch(onTestFinished);
  cpSync(cache, directory, { recursive: true, verbatimSymlinks: true });
  return directory;
}

/** What it finds, and what it said on the way. */
async function find(version: string | null, software = ETCD, signal = new AbortController().signal) {
  const progress: string[] = [];
  const found = await findSoftware(software, version, { onProgress: (line) => progress.push(line), signal });
  return { ...found, progress };
}

/** Files below a directory, by path, with their modification times. */
const snapshot = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${statSync(path, { throwIfNoEntry: false })?.mtimeMs}`);

describe("packages", () => {
  test.each(offered)("etcd %s is fetched, runs, and is at hand from then on", async (version) => {
    const machine = ["/var/lib/dpkg", "/var/lib/apt", "/var/cache/apt"].flatMap(snapshot);
    const first = await find(version);
    expect(first.version).toMatch(new RegExp(`^${version.replace(".", "\\.")}\\.\\d+$`));
    expect(first.binaries["etcd"]).toMatch(
      new RegExp(`^${cache}/packages/${ETCD.versions[version]?.[family]}/`),
    );
    expect(first.origin).toMatch(new RegExp(`^${ARCHIVES[family].title} package etcd-server .+ \\(\\w+\\)$`));
    expect(first.progress).toHaveLength(1);
    expect(["/var/lib/dpkg", "/var/lib/apt", "/var/cache/apt"].flatMap(snapshot)).toEqual(machine);
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);

    vi.stubEnv("http_proxy", "http://127.0.0.1:9");
    vi.stubEnv("https_proxy", "http://127.0.0.1:9");
    expect(await find(version)).toEqual({ ...first, progress: [] });
  });

  test("without a version it is this system's own", async () => {
    const found = await find(null);
    expect(found.origin).toContain(`(${distribution.suite})`);
  });

  test("as an ordinary user, on a machine that never ran `apt-get update`", async () => {
    const home = scratch(onTestFinished);
    chownSync(home, 65_534, 65_534);
    const emptied = "mount -t tmpfs tmpfs /var/lib/apt/lists && mkdir /var/lib/apt/lists/partial && exec";
    const user = "setpriv --reuid 65534 --regid 65534 --clear-groups";
    const { found, stderr } = await findInProcess(
      ["unshare", "--mount", "sh", "-c", `${emptied} ${user} "$@"`, "sh"],
      {
        LOCKJEPSEN_CACHE: "",
        HOME: home,
      },
    );
    expect(stderr).toBe("");
    expect(found?.binaries["etcd"]).toMatch(new RegExp(`^${home}/.cache/lockjepsen/packages/`));
    expect(statSync(found?.binaries["etcd"] ?? "").uid).toBe(65_534);
  });

  test("fetched by two runs at once are whole for both", async () => {
    vi.stubEnv("LOCKJEPSEN_CACHE", scratch(onTestFinished));
    const [one, two] = await Promise.all([find(null), find(null)]);
    expect(one.binaries).toEqual(two.binaries);
    expect([one.progress, two.progress].map((lines) => lines.length)).toEqual([1, 1]);
  });

  test("whose fetching was killed are fetched anew", async () => {
    const directory = scratch(onTestFinished);
    vi.stubEnv("LOCKJEPSEN_CACHE", directory);
    const child = startProcess([], { LOCKJEPSEN_CACHE: directory });
    while (!existsSync(join(directory, "tmp")) || readdirSync(join(directory, "tmp")).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 800));
    child.kill("SIGKILL");
    await once(child, "exit");
    expect((await find(null)).version).toMatch(/^\d/);
  });

  test("of which something was deleted are fetched anew", async () => {
    vi.stubEnv("LOCKJEPSEN_CACHE", copyOfCache());
    const { binaries } = await find(null);
    rmSync(binaries["etcd"] ?? "");
    const again = await find(null);
    expect(again.binaries).toEqual(binaries);
    expect(again.progress).toHaveLength(1);
  });

  test("are no longer fetched when that is called off", async () => {
    const directory = scratch(onTestFinished);
    vi.stubEnv("LOCKJEPSEN_CACHE", directory);
    const abort = new AbortController();
    const finding = find(null, ETCD, abort.signal);
    finding.catch(() => {}); // asked below
    await eventually(() => existsSync(join(directory, "tmp")));
    abort.abort(new Error("Ctrl-C"));
    await expect(finding).rejects.toThrow("Ctrl-C");
    expect(readdirSync(join(directory, "tmp"))).toEqual([]);
    expect(existsSync(join(directory, "packages"))).toBe(false);
  });
});

test("packages that need each other: a program that is a link into another, and libraries", async () => {
  vi.stubEnv("LOCKJEPSEN_CACHE", scratch(onTestFinished));
  const first = await find(null, redis.software);
  expect(first.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(first.origin).toMatch(/ package redis-server .+, redis-tools .+, liblzf1 .+ \(\w+\)$/);
  expect(first.environment["LD_LIBRARY_PATH"]).toMatch(/\/redis-server_[^/]+\/usr\/lib\/[\w-]+-linux-gnu$/);
  expect(await find(null, redis.software)).toEqual({ ...first, progress: [] });
  expect((await find(null)).environment).toEqual({});
});

describe("the PATH", () => {
  /** Puts a program called etcd first. */
  function install(script: string): void {
    const directory = scratch(onTestFinished);
    writeFileSync(join(directory, "etcd"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, "etcd"), 0o755);
    vi.stubEnv("PATH", `${directory}:${process.env["PATH"]}`);
  }

  test("comes first, where its version is as asked for", async () => {
    install("echo 'etcd Version: 3.4.99'");
    for (const version of [null, "3", "3.4", "3.4.99"])
      expect(await find(version)).toMatchObject({
        version: "3.4.99",
        origin: expect.stringMatching(/^PATH \(\/.*\/etcd\)$/),
        progress: [],
      });
    const [other = ""] = offered.filter((version) => version !== "3.4");
    expect((await find(other)).origin).toContain("package etcd-server");
  });

  test("is passed over where its program does not run", async () => {
    install("echo 'cannot execute' >&2; exit 1");
    expect((await find(null)).origin).toContain("package etcd-server");
  });
});

describe("what cannot be had is told with both ways to mend it", () => {
  const nowhere = { message: expect.any(String), hint: expect.stringMatching(/PATH/), exitCode: 3 };
  const unknown = (suite: string): Software => ({
    ...ETCD,
    versions: { ...ETCD.versions, "3.9": { debian: suite, ubuntu: suite } },
  });

  test("no apt", async () => {
    vi.stubEnv("PATH", scratch(onTestFinished));
    vi.stubEnv("LOCKJEPSEN_CACHE", scratch(onTestFinished));
    await expect(find(null)).rejects.toMatchObject({
      ...nowhere,
      message: "etcd is not on the PATH, and this system has no apt to fetch it with",
      hint: expect.stringMatching(/etcd-server.* PATH/),
    });
  });

  test("a version that nobody packages", async () => {
    await expect(find("2.1")).rejects.toMatchObject({
      ...nowhere,
      message: expect.stringContaining(offered.toReversed().join(", ")),
    });
  });

  test("a version of what comes with lockjepsen, or of what nobody packages", async () => {
    const node = process.execPath;
    const own: Software = {
      binaries: [node],
      packages: [],
      versions: {},
      versionCommand: [node, "--version"],
    };
    await expect(find("99.9", own)).rejects.toMatchObject({
      ...nowhere,
      message: expect.stringMatching(/^version 99\.9 is not to be had: the one that is here is \d+\.\d+/),
      hint: "leave the version out",
    });
    await expect(find("99.9", file.software)).rejects.toMatchObject({
      ...nowhere,
      message: expect.stringMatching(/^uname 99\.9 is not to be had: the one that is here is \d+\.\d+/),
    });
  });

  test("a version that is only near to what is packaged", async () => {
    const [version = ""] = offered;
    await expect(find(`${version}.999`)).rejects.toMatchObject({
      ...nowhere,
      message: expect.stringContaining(`packages ${version}.`),
    });
  });

  test("a suite that the mirror no longer has", async () => {
    await expect(find("3.9", unknown("nosuch"))).rejects.toMatchObject({
      ...nowhere,
      message: expect.stringMatching(/no longer has \w+ nosuch/),
    });
  });

  test("a package that the suite has not", async () => {
    const software = { ...ETCD, packages: ["lockjepsen-no-such-package"] };
    await expect(find(null, software)).rejects.toMatchObject({
      ...nowhere,
      message: expect.stringContaining("has no package lockjepsen-no-such-package"),
    });
  });

  test("a mirror that does not answer", async () => {
    vi.stubEnv("LOCKJEPSEN_CACHE", scratch(onTestFinished));
    vi.stubEnv("http_proxy", "http://127.0.0.1:9");
    vi.stubEnv("https_proxy", "http://127.0.0.1:9");
    await expect(find(null)).rejects.toMatchObject({
      ...nowhere,
      message: expect.stringContaining("127.0.0.1"),
    });
  });

  test("a cache on a full disk", async () => {
    const directory = scratch(onTestFinished);
    const small = `mount -t tmpfs -o size=4m tmpfs "${directory}" && exec "$@"`;
    const { found, stderr } = await findInProcess(["unshare", "--mount", "sh", "-c", small, "sh"], {
      LOCKJEPSEN_CACHE: directory,
    });
    expect(found).toBeNull();
    expect(stderr).toMatch(/the disk is full.*\|.*LOCKJEPSEN_CACHE.*\| 3/);
  });

  test("a cache that cannot be written", async () => {
    const file = join(scratch(onTestFinished), "file");
    writeFileSync(file, "");
    vi.stubEnv("LOCKJEPSEN_CACHE", join(file, "cache"));
    await expect(find(null)).rejects.toMatchObject({
      exitCode: 3,
      hint: expect.stringContaining("LOCKJEPSEN_CACHE"),
    });
  });

  test("a program that does not run here", async () => {
    vi.stubEnv("LOCKJEPSEN_CACHE", copyOfCache());
    const { binaries } = await find(null);
    const path = binaries["etcd"] ?? "";
    rmSync(path);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "#!/bin/sh\necho 'version GLIBC_2.38 not found' >&2\nexit 1\n", { mode: 0o755 });
    await expect(find(null)).rejects.toMatchObject({
      ...nowhere,
      message: expect.stringContaining("GLIBC_2.38 not found"),
    });
  });
});

const MODULE = new URL("../dist/src/cluster/software.js", import.meta.url).href;

/** Looks for etcd in a process of its own, which `wrapper` starts. */
function startProcess(wrapper: readonly string[], env: NodeJS.ProcessEnv) {
  const script = `
    const { findSoftware } = await import(${JSON.stringify(MODULE)});
    const options = { onProgress() {}, signal: new AbortController().signal };
    try {
      console.log(JSON.stringify(await findSoftware(${JSON.stringify(ETCD)}, null, options)));
    } catch (error) {
      console.error([error.message, error.hint, error.exitCode].join(" | "));
    }`;
  const [program, ...args] = [...wrapper, process.execPath, "--input-type=module", "-e", script];
  return spawn(program, args, {
    env: { ...process.env, ...env },
    cwd: "/",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function findInProcess(wrapper: readonly string[], env: NodeJS.ProcessEnv) {
  const child = startProcess(wrapper, env);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { found: stdout === "" ? null : (JSON.parse(stdout) as FoundSoftware), stderr };
}
