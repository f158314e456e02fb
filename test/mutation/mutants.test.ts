/**
 * Tests of the tests: each rule of the judge is switched off, one at a time, and some test must fail for it.
 * `npm run mutate` tries all of them, `npm test` a part.
 */
import { expect, test } from "vitest";
import { EQUIVALENT, nameOf } from "./equivalent.js";
import type { Mutant } from "./instrument.js";
import { prepare, type Tried } from "./trial.js";

/** Whom to blame is what matters most. MUTANTS=all: every rule; or the files whose rules are to be tried. */
const ASKED = process.env["MUTANTS"] ?? "checker/cause.ts checker/harm.ts checker/lateness.ts";
const isTried = ({ file }: Pick<Mutant, "file">): boolean =>
  ASKED === "all" || ASKED.split(" ").includes(file);

test("every rule that is switched off is missed by a test", { timeout: 3_600_000 }, async () => {
  const { mutants, tests, tryOne } = await prepare();
  expect(mutants.length).toBeGreaterThan(300);
  const tried: Tried[] = [];
  for (const [n, mutant] of mutants.filter(isTried).entries()) {
    const one = await tryOne(mutant);
    tried.push(one);
    // It takes minutes: what survives is told at once.
    if (one.by === null && !EQUIVALENT.has(nameOf(mutant)))
      console.log(`${n + 1}: survived, ${told(mutant)}`);
  }
  console.log(table(tried, tests));
  const survivors = tried.filter(({ by }) => by === null).map(({ mutant }) => mutant);
  expect(survivors.filter((mutant) => !EQUIVALENT.has(nameOf(mutant))).map(told)).toEqual([]);
  const found = tried.filter(({ by }) => by !== null).map(({ mutant }) => nameOf(mutant));
  // What is said to change nothing must not be found by any test: else it is no equivalent.
  expect(found.filter((name) => EQUIVALENT.has(name))).toEqual([]);
  // A reason that explains no rule any more is to go.
  const names = new Set(mutants.map(nameOf));
  expect(
    [...EQUIVALENT.keys()].filter((name) => isTried({ file: fileOf(name) }) && !names.has(name)),
  ).toEqual([]);
});

const fileOf = (name: string): string => name.slice(0, name.indexOf(":"));
const told = (mutant: Mutant): string => `line ${mutant.line}: ${nameOf(mutant)}`;

function table(tried: readonly Tried[], tests: number): string {
  const files = [...new Set(tried.map(({ mutant }) => mutant.file))].toSorted();
  const row = (name: string, of: readonly Tried[]): string => {
    const found = of.filter(({ by }) => by !== null).length;
    const explained = of.filter(({ by, mutant }) => by === null && EQUIVALENT.has(nameOf(mutant))).length;
    const cells = [of.length, found, explained, of.length - found - explained];
    return `${name.padEnd(44)}${cells.map((cell) => String(cell).padStart(11)).join("")}`;
  };
  const head = `${"".padEnd(44)}${["mutants", "found", "equivalent", "survived"].map((word) => word.padStart(11)).join("")}`;
  return [
    `${tests} tests of the judge against ${tried.length} mutants`,
    head,
    ...files.map((file) =>
      row(
        file,
        tried.filter(({ mutant }) => mutant.file === file),
      ),
    ),
    row("all", tried),
  ].join("\n");
}
