/** What the servers of a run are started from: an image of ours, or the user's own choice. */
import { join } from "node:path";
import { LockjepsenError } from "../../error.js";
import type { FindOptions, FoundSoftware, Software, WantedSoftware } from "../types.js";
import { versionArgv } from "../programs.js";
import { matchesVersion } from "../versions.js";
import { demandImage } from "./base.js";
import { ensureImage } from "./build.js";
import { demandEngine, type Engine } from "./engine.js";
import { pathInImage } from "./own-context.js";
import { OWN_IMAGE, suiteFor } from "./recipes.js";
import { versionIn } from "./version.js";

/** Finds or builds the image. Throws {@link LockjepsenError}, or the signal's reason. */
export async function findImage(
  software: Software,
  { version, image: foreign }: WantedSoftware,
  options: FindOptions,
): Promise<FoundSoftware> {
  const engine = await demandEngine();
  const image =
    foreign === undefined
      ? await ownImage(engine, software, version, options)
      : await demandImage(engine, foreign, options);
  // By their names: where in the image they are, its PATH tells. A jar is not on it.
  const inside = (program: string): string =>
    foreign === undefined && software.image === OWN_IMAGE
      ? pathInImage(program)
      : /^[^/]+\.jar$/.test(program)
        ? join("/", software.directories?.[0] ?? "", program)
        : program;
  const binaries = Object.fromEntries(software.binaries.map((name) => [name, inside(name)]));
  const found = await versionIn(engine, image, versionArgv(software, binaries).map(inside));
  if (version !== null && !matchesVersion(found, version))
    throw new LockjepsenError(
      "environment",
      `${software.binaries.join(", ")} in the image ${image} is ${found}, and not ${version}`,
      "leave the version out, or name another image by --image",
    );
  return {
    binaries,
    environment: {},
    version: found,
    origin: `image ${image}`,
    image,
  };
}

async function ownImage(
  engine: Engine,
  software: Software,
  version: string | null,
  options: FindOptions,
): Promise<string> {
  if (software.image !== undefined)
    return ensureImage(engine, software.image, suiteFor(software, version), options);
  throw new LockjepsenError(
    "environment",
    `there is no image of ${software.binaries.join(", ")}`,
    "name one by --image, or take --runtime local",
  );
}
