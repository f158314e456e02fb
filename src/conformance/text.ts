import type { Colours } from "../report/io.js";
import { table } from "../report/text.js";
import type { CheckResult, RecipeResult } from "./types.js";

/** Whether every recipe did as it promises, and failed where it is known to. */
export const conforms = (results: readonly RecipeResult[]): boolean =>
  results.every((recipe) => recipe.checks.every(({ expected }) => expected));

/** A recipe, by what it says of itself, and its checks, a line each. */
export function recipeText(
  { backend, version, recipe, checks: results }: RecipeResult,
  description: string,
  colours: Colours,
): string {
  const rows = results.map((one) => [mark(one, colours), one.check, one.seen]);
  return `${backend} ${version} ${recipe}: ${description}\n${table(rows)
    .map((row) => `  ${row}`)
    .join("\n")}\n`;
}

function mark({ result, expected }: CheckResult, colours: Colours): string {
  if (result === "skipped") return colours.dim("-");
  if (!expected) return colours.red(result === "passed" ? "✓ surprise" : "✗ surprise");
  return result === "passed" ? colours.green("✓") : colours.yellow("✗ as known");
}
