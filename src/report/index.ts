import type { Output } from "./io.js";
import { jsonReporter } from "./json.js";
import { resultReporter } from "./result.js";
import { terminalReporter } from "./terminal.js";
import type { Reporter } from "./types.js";

/** Every reporter that writes to a stream, by name: progress as it goes, then the result for people or for programs. */
export const reporters = {
  terminal: terminalReporter,
  result: resultReporter,
  json: jsonReporter,
} as const satisfies Readonly<Record<string, (output: Output) => Reporter>>;
