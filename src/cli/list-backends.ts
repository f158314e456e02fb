import { backendNames, loadBackend } from "../backends/index.js";
import type { Backend, Recipe } from "../backends/types.js";
import { EXCLUSION, LEASE, UNASKED, versionsOf } from "../report/promises.js";
import { fields, wrap } from "../report/text.js";
import { formatDuration } from "../units.js";
import type { Listing } from "./listing.js";

export async function listBackends(): Promise<Listing> {
  const backends = await Promise.all(backendNames.map((name) => loadBackend(name)));
  return {
    data: backends.map(facts),
    text: (width) => backends.map((backend) => describe(backend, width)).join("\n"),
  };
}

/** What is data in a backend. */
function facts(backend: Backend): object {
  const { name, description, software, nodes, defaultRecipe, settings } = backend;
  const recipes = Object.values(backend.recipes).map((recipe) => ({
    name: recipe.name,
    description: recipe.description,
    default: recipe.name === defaultRecipe,
    promises: recipe.promises,
    fails: recipe.fails ?? [],
    mayFail: recipe.mayFail ?? [],
  }));
  return {
    name,
    description,
    versions: Object.keys(software.versions),
    nodes,
    leader: backend.leader !== undefined,
    settings,
    recipes,
  };
}

function describe(backend: Backend, width: number): string {
  const { name, description, software, nodes, settings, recipes, defaultRecipe } = backend;
  const versions = versionsOf(name, software);
  return [
    ...wrap(`${name}: ${description}`, width),
    ...fields(
      [
        ["versions", versions.length > 0 ? `${versions.join(", ")}; ${UNASKED}` : "the one that is there"],
        ["servers", `${nodes.min} to ${nodes.max}, usually ${nodes.default}`],
      ],
      { width },
    ),
    ...Object.values(recipes).flatMap((recipe) => [
      "",
      ...describeRecipe(recipe, { usual: recipe.name === defaultRecipe, width }),
    ]),
    ...(Object.keys(settings).length > 0 ? ["", "  --set"] : []),
    ...fields(
      Object.entries(settings).map(([key, { description, default: usual }]) => [
        `${name}.${key}`,
        `${description} [${usual === "" ? "as the server has it" : usual}]`,
      ]),
      { width, indent: 4 },
    ),
    "",
  ].join("\n");
}

function describeRecipe(
  recipe: Recipe,
  { usual, width }: { readonly usual: boolean; readonly width: number },
): readonly string[] {
  const { name, description, promises } = recipe;
  const { min, max, step, default: ttl } = promises.ttl;
  return [
    ...fields([[`--lock ${name}${usual ? " (default)" : ""}`, description]], { width }),
    ...fields(
      [
        ["exclusion", EXCLUSION[promises.exclusion]],
        ["lease", `${LEASE[promises.lease]}; renewals ${promises.renewals}`],
        [
          "TTL",
          `${formatDuration(min)} to ${formatDuration(max)} in steps of ${formatDuration(step)}, usually ${formatDuration(ttl)}`,
        ],
        ["token", promises.token ?? "none: it cannot be fenced"],
        ["gives up", promises.except.join(", ") || "under no fault"],
        ...conformance(recipe),
        ["source", promises.source],
      ],
      { width, indent: 4 },
    ),
  ];
}

/** What `conform` knows it to fail. */
function conformance({ fails = [], mayFail = [] }: Recipe): readonly (readonly [string, string])[] {
  const others =
    mayFail === "any" ? "any other by chance" : mayFail.map((name) => `${name} by chance`).join(", ");
  const all = [...fails, ...(others === "" ? [] : [others])];
  return all.length > 0 ? [["fails", `${all.join(", ")} (see conform)`]] : [];
}
