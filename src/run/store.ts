/** The directory of one run: made before anything starts, complete at every moment of it. */
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { errnoOf } from "../error.js";
import type { Plan } from "../plan/types.js";
import { runFiles, type RunFiles } from "../report/document.js";
import { writing } from "../write-error.js";
import { makeDirectories } from "./directory.js";

export interface Store {
  readonly files: RunFiles;
  /** Where every process records into a file of its own: `history/<name>.jsonl`. */
  recordOf(name: string): string;
  json(file: string, value: unknown): void;
  /** What each process recorded is in `history.jsonl` now. */
  dropRecords(): void;
}

/** Makes `<output>/<backend>-<lock>-<nemesis>/<time>-<seed>/` and lets `<output>/latest` point to it. */
export function openStore(output: string, plan: Plan): Store {
  const { judge } = plan;
  const kind = `${judge.backend}-${judge.recipe}-${judge.nemeses.join("+") || "none"}`;
  const time = plan.created.replaceAll(/[-:]/g, "").replace(/\.\d+Z$/, "Z");
  const parent = join(resolve(output), kind);
  const files = runFiles(claim(parent, `${time}-${plan.seed}`));
  const records = join(files.directory, "history");
  const json = (file: string, value: unknown): void =>
    guarded(file, () => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`));

  guarded(files.directory, () => {
    makeDirectories(records);
    makeDirectories(files.logs);
  });
  json(files.plan, plan);
  pointLatest(resolve(output), files.directory);
  return {
    files,
    recordOf: (name) => join(records, `${name}.jsonl`),
    json,
    dropRecords: () => rmSync(records, { recursive: true, force: true }),
  };
}

/** Makes a directory of its own: two runs of one seed may begin in the same second, or at the same instant. */
function claim(parent: string, name: string): string {
  guarded(parent, () => makeDirectories(parent));
  for (let n = 1; ; n += 1) {
    const directory = join(parent, n === 1 ? name : `${name}-${n}`);
    const made = guarded(directory, () => {
      try {
        mkdirSync(directory);
        return true;
      } catch (error) {
        if (errnoOf(error) === "EEXIST") return false;
        throw error;
      }
    });
    if (made) return directory;
  }
}

function pointLatest(output: string, directory: string): void {
  const latest = join(output, "latest");
  const draft = `${latest}.${process.pid}`;
  guarded(latest, () => {
    // At once: two runs may begin together, and somebody may follow it just now.
    rmSync(draft, { force: true });
    symlinkSync(relative(output, directory), draft);
    renameSync(draft, latest);
  });
}

const guarded = <T>(path: string, action: () => T): T =>
  writing(path, "choose another place with --output", action);
