import type { Output } from "./io.js";
import type { Reporter } from "./types.js";

/** The verdict document on standard output, alone: for programs. `indent` 0 writes it on one line. */
export function jsonReporter(output: Output, indent = 2): Reporter {
  return {
    onEnd: ({ document }) => output.write(`${JSON.stringify(document, null, indent)}\n`),
  };
}
