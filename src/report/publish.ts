/** What CI reads: written once, when all runs are over. */
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { LockjepsenError, messageOf } from "../error.js";
import { unknownName } from "../suggest.js";
import { FORMATS, reporterNames, type Publication } from "./formats.js";
import { githubAnnotations, SUMMARY_LIMIT } from "./github.js";
import type { Output } from "./io.js";
import { markdown } from "./markdown.js";
import type { Outcome } from "./outcome.js";
import { outcomesPage } from "./outcomes-page.js";

/** `junit,github,markdown=summary.md` taken apart. Throws a usage error for what is none of these. */
export function parsePublications(text: string | undefined): readonly Publication[] {
  if (text === undefined) return [];
  return text.split(",").map((word) => {
    const [name = "", ...rest] = word.trim().split("=");
    const file = rest.length === 0 ? null : rest.join("=");
    const known = [...FORMATS, ...reporterNames()];
    if (!known.includes(name)) throw unknownName("reporter", name, known);
    if (file === "") throw usage(`--reporter ${word}: which file?`, `write ${name}=FILE, or ${name} alone`);
    if (name === "github" && file !== null)
      throw usage(
        "--reporter github writes to the workflow, not to a file",
        "leave the file out; markdown=FILE writes the summary",
      );
    if (name === "terminal" && file !== null)
      throw usage("--reporter terminal writes to the terminal, not to a file", "leave the file out");
    return { format: name, file };
  });
}

export interface PublishParts {
  readonly out: Output;
  /** Where `junit.xml` and `summary.md` go unless a file was named. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Writes them all; what is told while runs go on was told. Throws an environment error for the first that cannot be written. */
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
      case "html": {
        const page = file ?? `${directory}/summary.html`;
        await save(page, outcomesPage(outcomes, page));
        break;
      }
      case "json":
        if (file !== null)
          await save(file, `${JSON.stringify({ version: 1, runs: outcomes.map(plain) }, null, 2)}\n`);
        break;
      case "github": {
        out.write(githubAnnotations(outcomes));
        const summary = env["GITHUB_STEP_SUMMARY"];
        if (summary) await save(summary, markdown(outcomes, SUMMARY_LIMIT), appendFile);
        break;
      }
      // Told while it went on.
      case "terminal":
      default:
        break;
    }
}

const plain = (outcome: Outcome): object =>
  "error" in outcome
    ? {
        title: outcome.title,
        error: { code: outcome.error.code, message: outcome.error.message, hint: outcome.error.hint },
      }
    : outcome;

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

const usage = (message: string, hint: string): LockjepsenError => new LockjepsenError("usage", message, hint);
