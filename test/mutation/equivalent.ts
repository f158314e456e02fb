/** Mutants that no test can find, since they change nothing, each with its reason. */
import type { Mutant } from "./instrument.js";

export const nameOf = ({ file, code, change }: Mutant): string => `${file}: ${code} (${change})`;

export const EQUIVALENT: ReadonlyMap<string, string> = new Map([]);
