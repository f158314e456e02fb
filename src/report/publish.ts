/** What CI reads: written once, when all runs are over. */
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { LockjepsenError, messageOf } from "../error.js";
import { didYouMean } from "../suggest.js";
import { githubAnnotations, SUMMARY_LIMIT } from "./github.js";
import type { Output } from "./io.js";
import { markdown } from "./markdown.js";
import type { Outcome } from "./outcome.js";

/** A format with where it goes; null: where it usually goes. */
export interface Publication {
  readonly format: Format;
  readonly file: string | null;
}

export const FORMATS = ["junit", "github", "markdown"] as const;
export type Format = (typeof FORMATS)[number];

/** `junit,github,markdown=summary.md` taken apart. Throws a usage error for what is none of these. */
export function parsePublications(text: string | undefined): readonly Publication[] {
  if (text === undefined) return [];
  return text.split(",").map((word) => {
    const [name = "", ...rest] = word.trim().split("=");
    const file = rest.length === 0 ? null : rest.join("=");
    const format = FORMATS.find((one) => one === name);
    if (format === undefined || file === "")
      throw new LockjepsenError(
        "usage",
        file === "" ? `--reporter ${word}: which file?` : `unknown reporter "${name}"`,
        file === "" ? `write ${name}=FILE, or ${name} alone` : didYouMean(name, FORMATS),
      );
    if (format === "github" && file !== null)
      throw new LockjepsenError(
        "usage",
        "--reporter github writes to the workflow, not to a file",
        "leave the file out; markdown=FILE writes the summary",
      );
    return { format, file };
  });
}

export interface PublishParts {
  readonly out: Output;
  /** Where `junit.xml` and `summary.md` go unless a file was named. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Writes them all. Throws an environment error for the first that cannot be written. */
export async function publish(
  publications: readonly Publication[],
  outcomes: readonly Outcome[],
  { out, directory, env }: PublishParts,
): Promise<void> {
  for (const { format, file } of publications)
    switch (format) {
      case "junit": {
        const { junitXml } = await import("./junit.js");
        await save(file ?? `${directory}/junit.xml`, junitXml(outcomes));
        break;
      }
      case "markdown":
        await save(file ?? `${directory}/summary.md`, markdown(outcomes));
        break;
      case "github": {
        out.write(githubAnnotations(outcomes));
        const summary = env["GITHUB_STEP_SUMMARY"];
        if (summary) await save(summary, markdown(outcomes, SUMMARY_LIMIT), appendFile);
        break;
      }
    }
}

async function save(
  file: string,
  text: string,
  write: typeof writeFile | typeof appendFile = writeFile,
): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await write(file, text);
  } catch (cause) {
    throw new LockjepsenError(
      "environment",
      `${file} cannot be written: ${messageOf(cause)}`,
      "name another file: --reporter junit=FILE",
      { cause },
    );
  }
}
