import { readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { LockjepsenError } from "../error.js";
import { cannotWrite } from "../write-error.js";
import { buildPayload } from "./html/build.js";
import { fillPage } from "./html/page.js";
import type { RunResult } from "./types.js";

/** The report as one page that needs nothing else: no network, no other file. */
export function renderHtml(result: RunResult): string {
  return fillPage(readTemplate(), buildPayload(result));
}

export async function writeHtmlReport(result: RunResult, path: string): Promise<void> {
  const page = renderHtml(result);
  const part = `${path}.part`; // half a page shows nothing, and the one before may be whole
  try {
    await writeFile(part, page);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {});
    throw cannotWrite(path, "run `lockjepsen report` on the run's directory when it can be written", cause);
  }
}

function readTemplate(): string {
  const file = new URL("html/page.html", import.meta.url);
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new LockjepsenError(
      "internal",
      `the report's page is missing: ${file.pathname}`,
      "run `npm run build`",
      {
        cause,
      },
    );
  }
}
