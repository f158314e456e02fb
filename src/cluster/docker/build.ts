import type { Readable } from "node:stream";
import { LockjepsenError } from "../../error.js";
import { tellingLine } from "../logs.js";
import type { FindOptions } from "../types.js";
import { demandImage, ensureBase, hasImage } from "./base.js";
import type { Engine } from "./engine.js";
import { engineError } from "./errors.js";
import { follow } from "./follow.js";
import { IMAGE } from "./labels.js";
import { baseWithNode, ownContext, ownDigest } from "./own-context.js";
import { OWN_IMAGE, recipeOf, tagOf, type ImageRecipe } from "./recipes.js";
import { withArchive } from "./tar.js";

/** The tag of an image of ours; it is built where it is not there yet. Throws {@link LockjepsenError}. */
export async function ensureImage(
  engine: Engine,
  name: string,
  suite: string | undefined,
  options: FindOptions,
): Promise<string> {
  const recipe = recipeOf(name, suite);
  const own = name === OWN_IMAGE;
  const tag = tagOf(recipe, own ? await ownDigest() : "");
  if (await hasImage(engine, tag)) return tag;
  const withNode = own ? baseWithNode() : undefined;
  const base =
    withNode === undefined
      ? await ensureBase(engine, recipe.suite, options)
      : await demandImage(engine, withNode, options);
  options.onProgress(`building the image ${tag} (once)`);
  const build = (context: Readable): Promise<void> =>
    buildImage(engine, recipe, { tag, base, context }, options);
  if (own) await ownContext(recipe.dockerfile, build);
  else await withArchive({ Dockerfile: { content: recipe.dockerfile } }, 0, build);
  return tag;
}

interface Build {
  readonly tag: string;
  readonly base: string;
  readonly context: Readable;
}

async function buildImage(
  engine: Engine,
  { name, suite }: ImageRecipe,
  { tag, base, context }: Build,
  { signal }: FindOptions,
): Promise<void> {
  let said = "";
  try {
    const stream = await engine.docker.buildImage(context, {
      t: tag,
      buildargs: { SUITE: suite, BASE: base },
      labels: { [IMAGE]: name },
      // Where this machine reaches its mirror, the build does: through the same name servers and proxies.
      networkmode: "host",
      forcerm: true,
      abortSignal: signal,
    });
    await follow(engine, stream, (event) => {
      said += event.stream ?? "";
    });
  } catch (error) {
    signal.throwIfAborted();
    const known = engineError(`the image ${tag} cannot be built`, error);
    // Where the engine only tells the exit code of a step, the step has told why.
    if (!/returned a non-zero code/.test(known.message)) throw known;
    throw new LockjepsenError(
      "environment",
      `the image ${tag} cannot be built: ${tellingLine(said) ?? known.message}`,
      `see docker/${name}/Dockerfile and whether its packages can be had, or name another image by --image`,
      { cause: error },
    );
  }
}
