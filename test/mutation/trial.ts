/** Tries mutants: runs the judge's tests against each until one fails. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { vi } from "vitest";
import type { Case } from "./collect.js";
import type { Mutant } from "./instrument.js";
import { installSwitchboard } from "./switchboard.js";

/** What came of a mutant: a test that failed for it, or null. */
export interface Tried {
  readonly mutant: Mutant;
  readonly by: string | null;
}

const CHECKER = join(import.meta.dirname, "../../checker");
/** Tests of other parts that are no tests of these rules, and slow. */
const APART = /^(models|search|counterexample)\//;
/** Histories of each property: enough to find nearly all, and few enough to try thousands of mutants. */
const HISTORIES = 100;
/** How often a loop may go round for each time that it does without a mutant. */
const PATIENCE = 50;

export async function prepare(): Promise<{
  readonly mutants: readonly Mutant[];
  readonly tests: number;
  tryOne(mutant: Mutant): Promise<Tried>;
}> {
  const board = installSwitchboard();
  fc.configureGlobal({ seed: 1 });
  let tests = await load();
  const rounds = new Map<string, number>();
  const took = new Map<string, number>();
  for (const one of tests) {
    board.allow(Infinity);
    const began = performance.now();
    await one.run(); // as they are, all pass
    rounds.set(one.name, board.rounds());
    took.set(one.name, performance.now() - began);
  }
  const quickest = (a: Case, b: Case): number => (took.get(a.name) ?? 0) - (took.get(b.name) ?? 0);
  tests = tests.toSorted(quickest);
  /** Those that found the last mutants of a file find the next ones, mostly. */
  const lucky = new Map<string, readonly string[]>();

  async function failing(mutant: Mutant, among: readonly Case[]): Promise<string | null> {
    const first = lucky.get(mutant.file) ?? [];
    const rank = (one: Case): number => (first.includes(one.name) ? first.indexOf(one.name) : first.length);
    for (const one of among.toSorted((a, b) => rank(a) - rank(b) || quickest(a, b))) {
      board.allow(PATIENCE * (rounds.get(one.name) ?? 0) + 10_000);
      try {
        await one.run();
      } catch {
        lucky.set(mutant.file, [one.name, ...first.filter((name) => name !== one.name)].slice(0, 5));
        return one.name;
      }
    }
    return null;
  }

  return {
    mutants: [...board.mutants],
    tests: tests.length,
    async tryOne(mutant) {
      board.set(mutant);
      try {
        if (!mutant.onLoad) return { mutant, by: await failing(mutant, tests) };
        vi.resetModules();
        return { mutant, by: await failing(mutant, await load()) };
      } finally {
        board.set(null);
      }
    },
  };
}

async function load(): Promise<readonly Case[]> {
  const { keepHistories } = (await import("../../checker/testing/tries.js")) as {
    keepHistories(most: number): void;
  };
  keepHistories(HISTORIES);
  // As the tests see it, which are loaded again, too.
  const { collected } = await import("./collect.js");
  const files = readdirSync(CHECKER, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") && !APART.test(file))
    .toSorted();
  const tests: Case[] = [];
  for (const file of files)
    tests.push(...(await collected(file, () => import(/* @vite-ignore */ join(CHECKER, file)))));
  return tests;
}
