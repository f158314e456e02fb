/** Parameters that faults of the network share. */
import { LockjepsenError } from "../../src/error.js";
import { unknownName } from "../../src/suggest.js";
import type { Parameter, PlannedFault } from "../types.js";

/** One of a few words. */
export function choice(description: string, words: readonly [string, ...string[]]): Parameter {
  return {
    description,
    default: words[0],
    draw(text) {
      if (words.includes(text)) return text;
      throw unknownName("word", text, words);
    },
  };
}

/** Names of hosts, or of their roles. */
export function hostNames(description: string, usual: string): Parameter {
  return {
    description,
    default: usual,
    draw(text) {
      const wrong = text.split(",").find((name) => !/^([nc][1-9]\d*|register|servers|clients)$/.test(name));
      if (wrong === undefined) return text;
      throw new LockjepsenError(
        "usage",
        `"${wrong}" is no host`,
        "name n1 ..., c1 ..., register, servers or clients, with commas",
      );
    },
  };
}

/** A parameter's value, as it was drawn. */
export const textOf = ({ parameters }: PlannedFault, key: string): string => String(parameters[key] ?? "");
