import { closestMatch } from "leven";
import { LockjepsenError } from "./error.js";

/** The known word that was probably meant: close enough for a slip of the fingers, or what was begun. */
export function closest(given: string, known: readonly string[]): string | undefined {
  const word = given.toLowerCase();
  const begun = known.filter((each) => word.length >= 2 && each.startsWith(word));
  if (begun.length === 1) return begun[0];
  // Two letters swapped count as two edits, which is too far for a word of three.
  const swapped = known.find((each) => letters(each) === letters(word));
  return swapped ?? closestMatch(word, known, { maxDistance: Math.max(1, Math.ceil(word.length / 3)) });
}

const letters = (word: string): string => Array.from(word).toSorted().join("");

/** The hint that belongs to a word nobody knows: what was probably meant, and all there is. */
export function didYouMean(given: string, known: readonly string[]): string {
  const meant = closest(given, known);
  const all = known.length === 0 ? "there is none" : `known: ${known.join(", ")}`;
  return meant === undefined ? all : `did you mean "${meant}"? ${all}`;
}

/** `unknownName("backend", "etdc", ["etcd"])`. */
export function unknownName(what: string, given: string, known: readonly string[]): LockjepsenError {
  return new LockjepsenError("usage", `unknown ${what} "${given}"`, didYouMean(given, known));
}
