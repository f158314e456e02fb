/** Mutants that no test finds: some change nothing, and others wait for a test. */
import { readFileSync } from "node:fs";
import type { Mutant } from "./instrument.js";

export const nameOf = ({ file, code, change }: Mutant): string => `${file}: ${code} (${change})`;

/** They change nothing, each with its reason: a test that finds one proves the reason wrong. */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map([
  [
    'checker/facts/faults.ts: event.type === "invoke" (never)',
    "a fault that was only asked for is amended by its own question, which changes nothing",
  ],
  [
    'checker/facts/sessions.ts: event.process === "nemesis" (left out of an and)',
    "nothing but a fault is called a session",
  ],
  [
    'checker/findings/nonlinearizable.ts: outcome === "fail" || (f !== "read" && f !== "write") (never)',
    "only reads and writes come there, and what the register refused carries no version: the next line leaves it out",
  ],
]);

/** Known gaps, which nobody may add to unseen: rules of which no test would miss anything yet, a line each. */
export const OPEN: ReadonlySet<string> = new Set(
  readFileSync(new URL("./open.txt", import.meta.url), "utf8")
    .trim()
    .split("\n"),
);
