/** The shell steps of workflows and actions, done as a runner does them; `sudo` and `npx` are ours, the rest is real. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CLI } from "./cli.js";

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

export interface StepOutcome {
  readonly code: number | null;
  readonly said: string;
  /** What it wrote to GITHUB_OUTPUT, and added to the job's summary. */
  readonly outputs: string;
  readonly summary: string;
}

/** A test is root already, and the package that is tested is this one. */
const PROGRAMS = {
  sudo: 'while [[ "$1" == --* ]]; do shift; done\nexec "$@"',
  npx: `[ "$1" = --yes ] && shift\n[[ "$1" == lockjepsen?(@*) ]] || exit 99\nshift\nexec "${process.execPath}" "${CLI}" "$@"`,
} as const;

/** Runs a step's script in `cwd`, with `env` beside what a runner sets. */
export async function runStep(
  script: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<StepOutcome> {
  const own = join(cwd, ".runner");
  mkdirSync(own, { recursive: true });
  for (const [name, text] of Object.entries(PROGRAMS)) {
    writeFileSync(join(own, name), `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(join(own, name), 0o755);
  }
  const [file, output, summary] = ["step.sh", "output", "summary.md"].map((name) => join(own, name));
  if (!file || !output || !summary) throw new Error("unreachable");
  writeFileSync(file, script);
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], {
    cwd,
    env: {
      ...process.env,
      CI: "true",
      PATH: `${own}${delimiter}${process.env["PATH"]}`,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  return { code, said, outputs: read(output), summary: read(summary) };
}
