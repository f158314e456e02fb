/**
 * lockjepsen in its own image: where this process may not do what faults on containers need (it is not root, or the
 * engine runs in a virtual machine), the same command line runs in a container that may.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import type { Duplex } from "node:stream";
import type { Container } from "dockerode";
import { cacheDirectory } from "../cache.js";
import { stateDirectory } from "../journal.js";
import { socketPath } from "./address.js";
import { ensureImage } from "./build.js";
import type { Engine } from "./engine.js";
import { engineError } from "./errors.js";
import { foreignFiles } from "./give-back.js";
import { SELF } from "./labels.js";
import { OUTSIDE_VARIABLE, type Outside } from "./outside.js";
import { privileged } from "./privileged.js";
import { OWN_IMAGE } from "./recipes.js";

/** Runs this very command line in there, with our standard streams and signals; its exit code. */
export async function runInside(engine: Engine, output: string): Promise<number> {
  const progress = {
    onProgress: (text: string) => void process.stderr.write(`${text}\n`),
    signal: new AbortController().signal,
  };
  const image = await ensureImage(engine, OWN_IMAGE, undefined, progress);
  const paths = [resolve(output), stateDirectory(), cacheDirectory()];
  // Whatever does not exist yet the engine would make, as root.
  for (const path of paths) mkdirSync(path, { recursive: true });
  const token = join(stateDirectory(), `outside-${randomBytes(8).toString("hex")}`);
  writeFileSync(token, "");
  const began = Date.now();
  try {
    const container = await create(engine, image, { ...ids(), paths, token });
    const code = await attend(engine, container);
    await giveBack(engine, image, foreignFiles(paths, began));
    return code;
  } catch (error) {
    throw engineError("lockjepsen cannot run in its own image", error);
  } finally {
    rmSync(token, { force: true });
  }
}

const ids = (): Pick<Outside, "uid" | "gid"> => ({
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
});

/** Settings of ours, and what says how to print. The engine's address is the container's own. */
const PASSED = /^(?:LOCKJEPSEN_.*|CI|GITHUB_.*|NO_COLOR|FORCE_COLOR|TERM|COLORTERM|LANG|LC_.*|TZ)$/;

function create({ docker, address }: Engine, image: string, own: Outside): Promise<Container> {
  const socket = socketPath(address) ?? "/var/run/docker.sock";
  const source = process.platform === "linux" ? socket : "/var/run/docker.sock"; // of the virtual machine
  const directories = [...new Set([process.cwd(), ...own.paths])];
  const tty = process.stdout.isTTY && process.stderr.isTTY;
  const rights = privileged();
  const passed = Object.entries(process.env).filter(([name]) => PASSED.test(name));
  const env = Object.fromEntries([
    ...passed,
    ["DOCKER_HOST", `unix://${source}`],
    ["LOCKJEPSEN_STATE", stateDirectory()],
    ["LOCKJEPSEN_CACHE", cacheDirectory()],
    [OUTSIDE_VARIABLE, JSON.stringify(own)],
  ]) as Record<string, string>;
  return docker.createContainer({
    Image: image,
    Cmd: process.argv.slice(2),
    WorkingDir: process.cwd(),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: { [SELF]: String(process.pid) },
    Tty: tty,
    // Closed with our connection: so it hears when we are no more.
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    HostConfig: {
      ...rights,
      AutoRemove: true,
      PidMode: "host",
      NetworkMode: "host",
      Binds: [
        ...(rights.Binds ?? []),
        `${source}:${source}`,
        ...directories.map((path) => `${path}:${path}`),
      ],
    },
  });
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function attend({ docker }: Engine, container: Container): Promise<number> {
  const { stdout, stderr } = process;
  const stream = (await container.attach({
    stream: true,
    hijack: true,
    stdin: true,
    stdout: true,
    stderr: true,
  })) as Duplex;
  const tty = stdout.isTTY && stderr.isTTY;
  if (tty) stream.on("data", (chunk: Buffer) => stdout.write(chunk));
  else docker.modem.demuxStream(stream, stdout, stderr);
  const ended = new Promise((settle) => stream.once("close", settle).once("end", settle));
  stream.on("error", () => {}); // the engine is gone: waiting for the end tells it

  const exit = container.wait({ condition: "next-exit" }) as Promise<{ readonly StatusCode: number }>;
  exit.catch(() => {}); // awaited below, where it started
  await container.start();
  const resize = (): void => {
    if (tty) container.resize({ h: stdout.rows, w: stdout.columns }).catch(() => {});
  };
  resize();
  const pass = (signal: NodeJS.Signals): void => {
    container.kill({ signal: constants.signals[signal] }).catch(() => {}); // it has just ended
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  stdout.on("resize", resize);
  try {
    const { StatusCode } = await exit;
    await ended;
    return StatusCode;
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
    stdout.off("resize", resize);
    stream.destroy();
  }
}

/** Killed, it could not give its files to the user itself. */
async function giveBack({ docker }: Engine, image: string, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const { uid, gid } = ids();
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["chown", "-h", `${uid}:${gid}`],
    Cmd: [...files],
    HostConfig: { NetworkMode: "none", Binds: [...new Set(files)].map((path) => `${path}:${path}`) },
  });
  try {
    await container.start();
    await container.wait();
  } finally {
    await container.remove({ force: true });
  }
}
