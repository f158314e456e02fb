/** The images of ours that an engine has. */
import { messageOf } from "../../error.js";
import type { Engine } from "./engine.js";
import { IMAGE, withLabel } from "./labels.js";
import { KEEPER_IMAGE } from "./keeper.js";
import { ownDigest } from "./own-context.js";
import { imageNames, OWN_IMAGE, recipeOf, tagOf } from "./recipes.js";

export interface StockedImage {
  readonly id: string;
  /** `etcd`, `base`, `keeper`. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly bytes: number;
  /** ISO 8601. */
  readonly created: string;
  /** Still what this lockjepsen would take: what it is made of has not changed since. */
  readonly current: boolean;
}

export async function listStock({ docker }: Engine): Promise<readonly StockedImage[]> {
  const images = await docker.listImages({ filters: withLabel(IMAGE) });
  const digest = await ownDigest().catch(() => ""); // not built: then no image of it is current
  return images
    .map(({ Id, Labels, RepoTags, Size, Created }) => {
      const name = Labels?.[IMAGE] ?? "";
      const tags = (RepoTags ?? []).filter((tag) => tag !== "<none>:<none>");
      return {
        id: Id,
        name,
        tags,
        bytes: Size,
        created: new Date(Created * 1_000).toISOString(),
        current: tags.some((tag) => isCurrent(name, tag, digest)),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, "en") || b.created.localeCompare(a.created, "en"));
}

function isCurrent(name: string, tag: string, digest: string): boolean {
  if (name === "base") return true;
  if (name === "keeper") return tag === KEEPER_IMAGE;
  const [, suite] = /:(\w+)-\w+$/.exec(tag) ?? [];
  if (suite === undefined || !imageNames().includes(name)) return false;
  return tag === tagOf(recipeOf(name, suite), name === OWN_IMAGE ? digest : "");
}

/** Removes images; one that a container still uses stays. What could not be removed, in words. */
export async function removeImages(
  { docker }: Engine,
  images: readonly StockedImage[],
): Promise<readonly string[]> {
  const failed: string[] = [];
  // One after the other, the base last: an image goes only when none is built on it.
  for (const { id, name, tags } of [...images].sort((a, b) => rank(a) - rank(b)))
    for (const reference of tags.length === 0 ? [id] : tags)
      await docker
        .getImage(reference)
        .remove()
        .catch((error: unknown) => failed.push(`${tags[0] ?? `${name} ${id}`} (${messageOf(error)})`));
  return failed;
}

const rank = ({ name }: StockedImage): number => (name === "base" ? 1 : 0);
