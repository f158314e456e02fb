/** What stands for vitest in the tests of the checker here: it keeps them as functions, to be run once for each mutant. */
import { expect } from "vitest";

export { expect };

export interface Case {
  readonly file: string;
  readonly name: string;
  run(): unknown;
}

type Body = (...values: never[]) => unknown;

let cases: Case[] = [];
let path: readonly string[] = [];

/** The tests that loading a file defines. */
export async function collected(file: string, load: () => Promise<unknown>): Promise<readonly Case[]> {
  cases = [];
  path = [file];
  await load();
  return cases;
}

function one(name: string, body: Body, values: readonly unknown[] = []): void {
  const [file = ""] = path;
  cases.push({
    file,
    name: [...path.slice(1), name].join(" > "),
    run: () => body(...(values as readonly never[])),
  });
}

function group(name: string, body: Body, values: readonly unknown[] = []): void {
  const outer = path;
  path = [...outer, name];
  body(...(values as readonly never[]));
  path = outer;
}

const valuesOf = (row: unknown): readonly unknown[] => (Array.isArray(row) ? row : [row]);
const each =
  (define: typeof one) =>
  (table: readonly unknown[]) =>
  (name: string, body: Body): void =>
    table.forEach((row, n) => define(`${name} [${n}]`, body, valuesOf(row)));

// A timeout after the body is of no use here.
export const test = Object.assign((name: string, body: Body) => one(name, body), { each: each(one) });
export const describe = Object.assign((name: string, body: Body) => group(name, body), { each: each(group) });
