import { readFileSync } from "node:fs";

/** The code of a page that begins so, for tests that do what is written there. Throws where there is none. */
export function codeIn(page: string, beginning: string): string {
  const blocks = readFileSync(page, "utf8").matchAll(/^```\w+\n([^]*?)^```$/gm);
  for (const [, code = ""] of blocks) if (code.startsWith(beginning)) return code;
  throw new Error(`${page} has no code that begins with ${beginning}`);
}
