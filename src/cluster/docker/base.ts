/** `debian:<suite>-slim`: what images are built upon. Where no registry can be reached it is made on this machine. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { LockjepsenError } from "../../error.js";
import { debianMirrors } from "../apt.js";
import { withScratch } from "../cache.js";
import { lastLine, runCommand } from "../command.js";
import { findOnPath } from "../path.js";
import type { FindOptions } from "../types.js";
import type { Engine } from "./engine.js";
import { engineError, engineMessage, isMissing } from "./errors.js";
import { follow } from "./follow.js";
import { IMAGE } from "./labels.js";
import { packDirectory } from "./tar.js";

/** A registry that can be reached answers sooner; where none can, a name server may take its time to say so. */
const PULL_SILENCE_MS = 20_000;

/** Reference of a base image that is there: the registry's, or our own. Throws {@link LockjepsenError}. */
export async function ensureBase(engine: Engine, suite: string, options: FindOptions): Promise<string> {
  const official = `debian:${suite}-slim`;
  const own = `lockjepsen/base:${suite}`;
  for (const reference of [official, own]) if (await hasImage(engine, reference)) return reference;
  options.onProgress(`pulling ${official}`);
  const trouble = await pull(engine, official, options.signal);
  if (trouble === null) return official;
  options.onProgress(`no registry can be reached: making ${own} by debootstrap (about half a minute)`);
  await bootstrap(engine, suite, own, trouble, options);
  return own;
}

export async function hasImage({ docker }: Engine, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).inspect();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw engineError(`the image ${reference} cannot be looked for`, error);
  }
}

/** An image of somebody else's: as it is here, else pulled. Throws {@link LockjepsenError}. */
export async function demandImage(
  engine: Engine,
  reference: string,
  { onProgress, signal }: FindOptions,
): Promise<string> {
  if (await hasImage(engine, reference)) return reference;
  onProgress(`pulling ${reference}`);
  const trouble = await pull(engine, reference, signal);
  if (trouble === null) return reference;
  throw new LockjepsenError(
    "environment",
    `the image ${reference} is not here and cannot be pulled: ${trouble}`,
    "see whether its name is right and the registry can be reached, or take --runtime local",
  );
}

/** Null, or why it could not be pulled. Throws the signal's reason when aborted. */
async function pull(engine: Engine, reference: string, signal: AbortSignal): Promise<string | null> {
  const over = new AbortController();
  let silence = setTimeout(() => over.abort(), PULL_SILENCE_MS);
  const abortSignal = AbortSignal.any([signal, over.signal]);
  try {
    const stream = await engine.docker.pull(reference, { abortSignal });
    await follow(engine, stream, () => {
      clearTimeout(silence);
      silence = setTimeout(() => over.abort(), PULL_SILENCE_MS);
    });
    return null;
  } catch (error) {
    signal.throwIfAborted();
    return over.signal.aborted ? `nothing came for ${PULL_SILENCE_MS / 1_000} s` : engineMessage(error);
  } finally {
    clearTimeout(silence);
  }
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
/** What nobody reads in a container; half of it all. */
const DEAD_WEIGHT = ["usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "var/cache/apt"];
const LISTS = "var/lib/apt/lists";

async function bootstrap(
  engine: Engine,
  suite: string,
  reference: string,
  trouble: string,
  { signal }: FindOptions,
): Promise<void> {
  const failed = (why: string, mend: string): LockjepsenError =>
    new LockjepsenError(
      "environment",
      `debian:${suite}-slim can neither be pulled (${trouble}) nor made here: ${why}`,
      mend,
    );
  if (process.getuid?.() !== 0)
    throw failed("that takes root", "build the images once as root: `sudo lockjepsen images build`");
  if (findOnPath("debootstrap") === undefined)
    throw failed(
      "debootstrap is not found",
      "let the engine reach a registry, or `apt-get install debootstrap`",
    );
  const [mirror] = await debianMirrors(suite, signal);
  if (mirror === undefined)
    throw failed("this machine's apt knows no mirror of Debian", "let the engine reach a registry");

  await withScratch(async (scratch) => {
    const root = join(scratch, "root");
    const argv = ["debootstrap", "--variant=minbase", `--keyring=${KEYRING}`, suite, root, mirror] as const;
    const { code, stdout, stderr } = await runCommand(argv, { signal });
    signal.throwIfAborted();
    if (code !== 0) {
      const full = /No space left/.test(stdout + stderr);
      throw failed(
        full ? "the disk is full" : lastLine(stderr || stdout),
        full
          ? "free some space, or let LOCKJEPSEN_CACHE name a directory elsewhere"
          : `see whether ${suite} is on ${mirror}`,
      );
    }
    for (const path of DEAD_WEIGHT) await rm(join(root, path), { recursive: true, force: true });
    for (const name of await readdir(join(root, LISTS)))
      await rm(join(root, LISTS, name), { recursive: true, force: true });
    const [repo, tag] = reference.split(":");
    try {
      const options = { repo, tag, changes: `LABEL ${IMAGE}=base` };
      await follow(engine, await engine.docker.importImage(packDirectory(root, null), options));
    } catch (error) {
      throw engineError(`${reference} cannot be made`, error);
    }
  });
}
