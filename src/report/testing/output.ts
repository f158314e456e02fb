import { createColors } from "picocolors";
import type { Output } from "../io.js";

/** An output that keeps what is written. `text` is all of it. */
export function captured(options: { live?: boolean; colour?: boolean; columns?: number } = {}): Output & {
  text(): string;
} {
  let all = "";
  return {
    write: (text) => void (all += text),
    colours: createColors(options.colour ?? false),
    columns: options.columns ?? 80,
    live: options.live ?? false,
    text: () => all,
  };
}

/** What a terminal shows after all this: lines as they stand, after every return and erasure. */
export function onScreen(text: string): readonly string[] {
  const lines = [""];
  for (const [i, written] of text.split("\n").entries()) {
    if (i > 0) lines.push("");
    // What was written before an erasure is gone.
    lines[lines.length - 1] = written.split("\r\u001B[2K").at(-1) ?? "";
  }
  return lines;
}
