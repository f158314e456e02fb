import type { Colours } from "../report/io.js";
import { table } from "../report/text.js";
import { checks } from "./checks/index.js";
import type { CheckResult, RecipeResult } from "./types.js";

/** Whether every recipe did as it promises, and failed where it is known to. */
export const conforms = (results: readonly RecipeResult[]): boolean =>
  results.every((recipe) => recipe.checks.every(({ expected }) => expected));

/** A recipe's checks, a line each. */
export function recipeText(
  { backend, version, recipe, checks: results }: RecipeResult,
  colours: Colours,
): string {
  const rows = results.map((one) => [mark(one, colours), one.check, one.seen]);
  return `${backend} ${version} ${recipe}\n${table(rows)
    .map((row) => `  ${row}`)
    .join("\n")}\n`;
}

function mark({ result, expected }: CheckResult, colours: Colours): string {
  if (result === "skipped") return colours.dim("-");
  if (!expected) return colours.red(result === "passed" ? "✓ surprise" : "✗ surprise");
  return result === "passed" ? colours.green("✓") : colours.yellow("✗ as known");
}

/** One table of all, for a page. */
export function conformanceMarkdown(results: readonly RecipeResult[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const names = checks.map(({ name }) => name);
  return [
    row(["lock", "TTL", ...names]),
    row(["---", "---", ...names.map(() => "---")]),
    ...results.map(({ backend, version, recipe, ttlMs, checks: all }) =>
      row([
        `${backend} ${version} \`${recipe}\``,
        `${ttlMs / 1_000} s`,
        ...names.map((name) => cell(all.find(({ check }) => check === name))),
      ]),
    ),
    "",
  ].join("\n");
}

function cell(one: CheckResult | undefined): string {
  if (!one || one.result === "skipped") return "-";
  return `${one.result === "passed" ? "✓" : "✗"}${one.expected ? "" : " **surprise**"} ${one.seen}`;
}
