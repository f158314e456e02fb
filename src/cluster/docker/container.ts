/** One container: made, furnished, started with its output caught, and its end. */
import { closeSync, openSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { basename, dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { PassThrough, type Duplex } from "node:stream";
import type { Container, ContainerCreateOptions } from "dockerode";
import type { NodeExit } from "../types.js";
import type { Engine } from "./engine.js";
import { withArchive } from "./tar.js";

/** How a container's main process ended: `code` or `signal`, and when all that it said is written. */
export type ContainerExit = Omit<NodeExit, "ours">;

/** Starts a container; what it prints is appended to `logFile`. Rejects where it cannot be started. */
export async function startContainer(
  { docker }: Engine,
  container: Container,
  logFile: string,
): Promise<{ readonly ended: Promise<ContainerExit> }> {
  const output = await container.attach({ stream: true, stdout: true, stderr: true });
  const written = writeAll(docker, output as Duplex, logFile);
  // Asked before it starts: it may end at once.
  const exit = container.wait({ condition: "next-exit" }) as Promise<{ readonly StatusCode: number }>;
  exit.catch(() => {}); // awaited below, where it started
  try {
    await container.start();
  } catch (error) {
    (output as Duplex).destroy();
    throw error;
  }
  const ended = exit.then(async ({ StatusCode }) => {
    await written;
    return exitOf(StatusCode);
  });
  return { ended };
}

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** Engines tell of a signal as shells do: 128 and its number. */
export function exitOf(status: number): ContainerExit {
  const signal = SIGNALS.get(status - 128) as NodeJS.Signals | undefined;
  return signal === undefined ? { code: status, signal: null } : { code: null, signal };
}

/** Resolves when the container's output has ended and is in the file. */
async function writeAll(docker: Engine["docker"], output: Duplex, logFile: string): Promise<void> {
  const log = openSync(logFile, "a");
  const sink = new PassThrough();
  sink.on("data", (chunk: Buffer) => writeSync(log, chunk));
  docker.modem.demuxStream(output, sink, sink);
  await finished(output).catch(() => {}); // the engine is gone: there is no more to come
  closeSync(log);
}

/** Adds files to a directory of a container that has not started yet; `owner` owns them, and the directory too. */
export async function addFiles(
  container: Container,
  directory: string,
  files: Readonly<Record<string, string>>,
  owner: number,
): Promise<void> {
  // From its parent on: what an archive says of the directory that it is unpacked in, engines leave out.
  const below = Object.entries(files).map(([path, content]) => [
    join(basename(directory), path),
    { content },
  ]);
  const path = dirname(directory);
  await withArchive(Object.fromEntries(below), owner, (archive) => container.putArchive(archive, { path }), [
    basename(directory),
  ]);
}

/** Runs a command in a container of its own to its end, and removes it. */
export async function runContainer(
  engine: Engine,
  options: ContainerCreateOptions,
  logFile: string,
): Promise<ContainerExit> {
  const container = await engine.docker.createContainer(options);
  try {
    return await (
      await startContainer(engine, container, logFile)
    ).ended;
  } finally {
    await container.remove({ force: true });
  }
}
