/** What a server finds on its disk at its first start. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LockjepsenError, messageOf } from "../error.js";
import { tellingLine } from "./logs.js";
import type { NodeOptions } from "./node.js";

/** Writes its files, then runs its preparations one after the other by `run`, which rejects when one fails. */
export async function prepareData(
  { place, command, dataDirectory, logFile }: NodeOptions,
  run: (argv: readonly string[]) => Promise<void>,
): Promise<void> {
  for (const [name, content] of Object.entries(command.files ?? {})) {
    const file = join(dataDirectory, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  for (const argv of command.prepare ?? []) {
    try {
      await run(argv);
    } catch (cause) {
      const line = tellingLine(await readFile(logFile, "utf8"));
      throw new LockjepsenError(
        "environment",
        `${place.name} cannot be prepared: ${messageOf(cause)}${line === null ? "" : `: ${line}`}`,
        `all that was said: ${logFile}`,
        { cause },
      );
    }
  }
}

/** All that it kept is gone; the directory stays. */
export async function wipeData(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory))
    await rm(join(dataDirectory, name), { recursive: true, force: true });
}
