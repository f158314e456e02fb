/** The page of all backends: what each recipe promises, where that is written, and what it did. */
import type { Backend, Recipe } from "../backends/types.js";
import { isNeverRenewed } from "../history/context.js";
import { EXCLUSION, LEASE, UNASKED, versionsOf } from "../report/promises.js";
import type { Circumstances } from "../run/environment.js";
import { formatDuration } from "../units.js";
import { checks } from "./checks/index.js";
import { seconds } from "./checks/tools.js";
import type { CheckResult, RecipeResult } from "./types.js";

export interface Tried {
  readonly backend: Backend;
  readonly results: readonly RecipeResult[];
}

/** `command`: what makes it again. Markdown. */
export function conformancePage(
  all: readonly Tried[],
  { command, circumstances }: { readonly command: string; readonly circumstances: Circumstances },
): string {
  const { version, date, machine } = circumstances;
  const made = `Made on ${date} by lockjepsen ${version} (${machine}):\n\n\`\`\`sh\n${command}\n\`\`\``;
  return `${[HEAD, made, legend(), ...all.map(section)].join("\n\n")}\n`;
}

const HEAD = `# Backends

What each lock recipe promises, where that is written, and what it did on a calm day, with real servers and without any
fault. What faults do to them: [findings.md](findings.md). What they cost: [comparison.md](comparison.md).`;

const legend = (): string =>
  [
    "Each recipe is put to these checks. ✓: passed. ✗: failed, as it must by its very point, or may, being broken on",
    "purpose. **surprise**: not what the recipe says of itself. -: says nothing of this recipe.\n",
    ...rows([["check", "what is asked"], ...checks.map(({ name, description }) => [name, description])]),
  ].join("\n");

function section({ backend, results }: Tried): string {
  const { name, description, software, nodes, defaultRecipe } = backend;
  const versions = versionsOf(name, software).map((one) => one.replace(/^\S+/, "`$&`"));
  const tried = [...new Set(results.map(({ version }) => version))];
  const recipes = results.flatMap(({ recipe }) => backend.recipes[recipe] ?? []);
  return [
    `## ${name}`,
    [
      description,
      nodes.max === 0
        ? "no server"
        : `${nodes.min === nodes.max ? "" : `${nodes.min} to `}${nodes.max} server${nodes.max === 1 ? "" : "s"}${
            nodes.min === nodes.max ? "" : `, usually ${nodes.default}`
          }`,
      `tried with ${tried.join(", ")}`,
    ].join("; ") + ".",
    versions.length > 0
      ? `Versions: ${versions.join("; ")}; ${UNASKED}.`
      : "Versions: the one that is there.",
    promised(recipes, defaultRecipe),
    sources(recipes),
    seen(results),
  ].join("\n\n");
}

const promised = (recipes: readonly Recipe[], usual: string): string =>
  rows([
    [
      "`--lock`",
      "what it is",
      "exclusion",
      "held by",
      "TTL",
      "free after a death",
      "token",
      "gives up under",
    ],
    ...recipes.map(({ name, description, promises, freedWithin }) => {
      const { min, max, default: ttl } = promises.ttl;
      const freed = freedWithin(ttl);
      return [
        `\`${name}\`${name === usual ? " (default)" : ""}`,
        description,
        EXCLUSION[promises.exclusion],
        isNeverRenewed(promises) ? `${LEASE.ttl}, not renewed` : LEASE[promises.lease],
        `${formatDuration(ttl)} (${formatDuration(min)} to ${formatDuration(max)})`,
        freed === null ? "never" : `within ${seconds(freed)}`,
        promises.token ?? "none",
        promises.except.join(", ") || "no fault",
      ];
    }),
  ]).join("\n");

/** Where the promises are written, said once for all recipes that have it from the same place. */
function sources(recipes: readonly Recipe[]): string {
  const all = [...new Set(recipes.map(({ promises }) => promises.source))];
  const items = all.map((source) => {
    const those = recipes.filter(({ promises }) => promises.source === source);
    const names = those.map(({ name }) => `\`${name}\``).join(", ");
    return `- ${all.length === 1 ? "" : `${names}: `}${source}`;
  });
  return ["Where that is written:\n", ...items].join("\n");
}

const seen = (results: readonly RecipeResult[]): string =>
  rows([
    ["seen", "TTL", ...checks.map(({ name }) => name)],
    ...results.map(({ recipe, ttlMs, checks: all }) => [
      `\`${recipe}\``,
      formatDuration(ttlMs),
      ...checks.map(({ name }) => cell(all.find(({ check }) => check === name))),
    ]),
  ]).join("\n");

function cell(one: CheckResult | undefined): string {
  if (!one || one.result === "skipped") return "-";
  return `${one.result === "passed" ? "✓" : "✗"}${one.expected ? "" : " **surprise**"} ${one.seen}`;
}

function rows([head = [], ...rest]: readonly (readonly string[])[]): readonly string[] {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rest.map(row)];
}
