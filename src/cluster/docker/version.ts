/** Which version an image holds: asked once, in a container of its own; what an image's id names never changes. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LockjepsenError } from "../../error.js";
import { cacheDirectory, withScratch } from "../cache.js";
import { parseVersion } from "../versions.js";
import { runContainer } from "./container.js";
import type { Engine } from "./engine.js";
import { engineError } from "./errors.js";

/** Throws {@link LockjepsenError} where the image lacks the program, or it tells no version. */
export async function versionIn(engine: Engine, image: string, command: readonly string[]): Promise<string> {
  const { Id } = await engine.docker.getImage(image).inspect();
  const key = createHash("sha256")
    .update(JSON.stringify([Id, command]))
    .digest("hex");
  const file = join(cacheDirectory(), "images", key);
  const known = await readFile(file, "utf8").catch(() => null);
  if (known) return known;
  const version = await ask(engine, image, command);
  // A cache that cannot be written costs a third of a second the next time, and no more.
  await remember(file, version).catch(() => {});
  return version;
}

async function ask(
  engine: Engine,
  image: string,
  [program = "", ...args]: readonly string[],
): Promise<string> {
  return withScratch(async (scratch) => {
    const log = join(scratch, "version");
    const options = { Image: image, Entrypoint: [program], Cmd: args, HostConfig: { NetworkMode: "none" } };
    await runContainer(engine, options, log).catch((error: unknown) => {
      throw engineError(`the image ${image} cannot be used`, error);
    });
    const said = await readFile(log, "utf8");
    const version = parseVersion(said);
    if (version !== null) return version;
    throw new LockjepsenError(
      "environment",
      `${[program, ...args].join(" ")} in the image ${image} tells no version: ${said.trim().slice(0, 200) || "it says nothing"}`,
      "take an image whose program works by itself, or leave --image out",
    );
  });
}

async function remember(file: string, version: string): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true });
  const draft = `${file}.${process.pid}`;
  try {
    await writeFile(draft, version);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
