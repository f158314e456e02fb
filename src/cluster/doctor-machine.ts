/** What `doctor` looks at in the machine itself. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../error.js";
import { cacheDirectory } from "./cache.js";
import type { Check } from "./doctor.js";
import { stateDirectory } from "./journal.js";

const MIB = 2 ** 20;

export function nodeVersion(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  const check = { name: "Node.js", detail: version };
  return fits
    ? { ...check, status: "ok" }
    : { ...check, status: "fail", mend: "install Node.js 20.19, 22.12, 24 or later" };
}

export function system(platform: string = process.platform, arch: string = process.arch): Check {
  const check = { name: "system", detail: `${platform} ${arch}` };
  if (platform === "darwin")
    return { ...check, status: "warn", mend: "clusters run in Docker only here: start Docker Desktop" };
  if (platform !== "linux")
    return {
      ...check,
      status: "fail",
      mend: "network namespaces exist only on Linux: use a Linux machine or VM (on Windows: WSL 2)",
    };
  if (arch !== "x64")
    return { ...check, status: "warn", mend: "it was tried on x64 only: tell us how it went" };
  return { ...check, status: "ok" };
}

export async function cache(): Promise<Check> {
  const check = writable("package cache", cacheDirectory(), "LOCKJEPSEN_CACHE");
  if (check.status !== "ok") return check;
  return { ...check, detail: `${check.detail}, ${Math.round((await sizeOf(cacheDirectory())) / MIB)} MiB` };
}

export const state = (): Check => writable("state directory", stateDirectory(), "LOCKJEPSEN_STATE");

/** Free space where servers keep their data and where results go. */
export function disk(): readonly Check[] {
  return [tmpdir(), process.cwd()].map((path) => {
    const { bavail, bsize } = statfsSync(path);
    const free = Math.floor((bavail * bsize) / MIB);
    const check = { name: `free disk, ${path}`, detail: `${free} MiB` };
    if (free >= 1024) return { ...check, status: "ok" };
    return {
      ...check,
      status: free < 256 ? "fail" : "warn",
      mend: "free some space: a run takes up to 1 GiB",
    };
  });
}

export function memory(meminfo: string = readFileSync("/proc/meminfo", "utf8")): Check {
  const free = Math.floor(Number(/^MemAvailable:\s*(\d+) kB/m.exec(meminfo)?.[1] ?? Number.NaN) / 1024);
  const check = { name: "free memory", detail: `${free} MiB` };
  return free >= 1024
    ? { ...check, status: "ok" }
    : {
        ...check,
        status: "warn",
        mend: "three servers and five clients take about 600 MiB: end something else",
      };
}

export function cores(count: number = availableParallelism()): Check {
  const check = { name: "cores", detail: String(count) };
  return count >= 2
    ? { ...check, status: "ok" }
    : {
        ...check,
        status: "warn",
        mend: "with one core, servers and clients wait for each other: give it two",
      };
}

function writable(name: string, path: string, variable: string): Check {
  const fresh = !existsSync(path);
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
    return { name, status: "ok", detail: fresh ? `${path} (new)` : path };
  } catch (error) {
    return {
      name,
      status: "fail",
      detail: messageOf(error),
      mend: `let ${variable} name a directory elsewhere`,
    };
  }
}

async function sizeOf(directory: string): Promise<number> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((file) => file.isFile())
    .map((file) =>
      stat(join(file.parentPath, file.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ); // removed just now
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
