/** Our images: what each is built from, and its tag, which changes with any of that. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { LockjepsenError } from "../../error.js";
import { inPackage } from "../../package-root.js";
import { unknownName } from "../../suggest.js";
import type { Software } from "../types.js";
import { newestFirst, offeredVersion } from "../versions.js";

export interface ImageRecipe {
  /** Folder of `docker/`. */
  readonly name: string;
  /** Debian's. */
  readonly suite: string;
  readonly dockerfile: string;
}

/** lockjepsen itself, with Node: also the server of the backend that is its own. */
export const OWN_IMAGE = "lockjepsen";
/** The suite of what does not ask for another. */
const USUAL_SUITE = "bookworm";
/** No image of a server. */
const BASE = "base";

/** Names of the images that can be built. */
export const imageNames = (): readonly string[] =>
  readdirSync(inPackage("docker"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== BASE)
    .map(({ name }) => name)
    .sort();

/** Throws a usage error for a name that there is no image of. */
export function recipeOf(name: string, suite: string = usualSuite(name)): ImageRecipe {
  const file = inPackage("docker", name, "Dockerfile");
  if (!existsSync(file)) throw unknownName("image", name, imageNames());
  return { name, suite, dockerfile: readFileSync(file, "utf8") };
}

/** As its Dockerfile has it. */
function usualSuite(name: string): string {
  const file = inPackage("docker", name, "Dockerfile");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /^ARG SUITE=(\w+)$/m.exec(text)?.[1] ?? USUAL_SUITE;
}

/** The suite that carries a version; throws where none does. */
export function suiteFor({ binaries, versions, image = "" }: Software, version: string | null): string {
  if (version === null) return usualSuite(image);
  const offered = Object.keys(versions).filter((one) => versions[one]?.debian !== undefined);
  const chosen = offeredVersion(offered, version);
  const suite = chosen === null ? undefined : versions[chosen]?.debian;
  if (suite !== undefined) return suite;
  const known = newestFirst(offered);
  throw new LockjepsenError(
    "environment",
    `${binaries.join(", ")} ${version} is not to be had: Debian packages ${known.length === 0 ? "none" : known.join(", ")}`,
    `${known.length === 0 ? "leave the version out" : "take one of those versions"}, or name an image by --image`,
  );
}

/** `lockjepsen/etcd:bookworm-1f3a5c7e9b0d`; `more`: what else it is made of. */
export function tagOf({ name, suite, dockerfile }: ImageRecipe, more = ""): string {
  const hash = createHash("sha256").update(JSON.stringify([dockerfile, suite, process.arch, more]));
  return `lockjepsen/${name}:${suite}-${hash.digest("hex").slice(0, 12)}`;
}
