import type { Output } from "./io.js";
import { clip } from "./text.js";

/** One line at the bottom of a terminal that is rewritten in place, under lines that stay. */
export interface Status {
  /** Prints lines that stay, above the status. */
  line(text: string): void;
  /** Shows this as the status from now on. */
  show(text: string): void;
  /** Takes the status away, so that others may print. */
  clear(): void;
}

const CLEAR_LINE = "\r\u001B[2K";

export function openStatus(output: Output): Status {
  let shown = "";
  const paint = (text: string): void => {
    // Never as wide as the terminal: a line that wraps cannot be taken back.
    const fitting = clip(text, output.columns - 1);
    if (shown || fitting) output.write(`${shown && CLEAR_LINE}${fitting && output.colours.dim(fitting)}`);
    shown = fitting;
  };
  return {
    line(text) {
      const status = shown;
      paint("");
      output.write(`${text}\n`);
      paint(status);
    },
    show: paint,
    clear: () => paint(""),
  };
}
