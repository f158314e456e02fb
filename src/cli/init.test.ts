import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { parse } from "yaml";
import { mergeCommand } from "./merge.js";
import { matrixCommand } from "./matrix.js";
import { runCommand } from "./run.js";
import { soakCommand } from "./soak.js";
import { cellsOfConfig } from "./config/cells.js";
import { loadConfig } from "./config/read.js";
import { CONFIG, WORKFLOW } from "./init/templates.js";
import { main } from "./program.js";

it("writes a config that can be loaded and a workflow, and overwrites nothing", async () => {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-init-"));
  const before = process.cwd();
  process.chdir(directory);
  onTestFinished(() => {
    process.chdir(before);
    rmSync(directory, { recursive: true });
    vi.restoreAllMocks();
  });
  const told: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => told.push(String(text)) > 0);
  expect(await main(["init"], {})).toBe(0);
  const loaded = await loadConfig(join(directory, "lockjepsen.config.ts"));
  expect(loaded && cellsOfConfig(loaded).map(({ options, expect }) => [options.backend, expect])).toEqual([
    ["etcd", "valid"],
    ["redis", "violated"],
  ]);
  writeFileSync("lockjepsen.config.ts", "// mine\n");
  expect(await main(["init"], {})).toBe(0);
  expect(readFileSync("lockjepsen.config.ts", "utf8")).toBe("// mine\n");
  expect(told.join("")).toContain("kept     lockjepsen.config.ts");
  expect(CONFIG).toContain("defineConfig");
});

/** Every `lockjepsen COMMAND --option` of a text that CI runs. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const flat = text.replaceAll(/\s+/g, " ");
  return [...flat.matchAll(/\blockjepsen ((?:run|soak|matrix|merge) .*?)(?=$| - | \w+:)/g)].map(
    ([, words = ""]) => words.split(" "),
  );
}

const commands = [runCommand, soakCommand, matrixCommand, mergeCommand];

it.each([
  ["the workflow of init", WORKFLOW],
  ["the nightly workflow", readFileSync(".github/workflows/nightly.yml", "utf8")],
])("%s speaks of commands and options that there are", (_, text) => {
  const { jobs } = parse(text) as { jobs: Record<string, { steps: { run?: string }[] }> };
  const found = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .flatMap(({ run }) => (run === undefined ? [] : commandsIn(run)));
  expect(found.length).toBeGreaterThan(0);
  for (const [name, ...words] of found) {
    const command = commands.find((one) => one.name === name);
    const options = words.filter((word) => word.startsWith("--")).map((word) => word.slice(2).split("=")[0]);
    expect(Object.keys(command?.options ?? {})).toEqual(expect.arrayContaining(options));
  }
});

it("the Kubernetes job speaks of options that there are, and of as many shards as it has", () => {
  const job = parse(readFileSync("deploy/kubernetes/soak.yaml", "utf8"));
  const [container] = job.spec.template.spec.containers;
  const [name, ...words] = container.args as string[];
  expect(name).toBe("soak");
  const options = words.map((word) => word.slice(2).split("=")[0]);
  expect(Object.keys(soakCommand.options)).toEqual(expect.arrayContaining(options));
  expect(job.spec.completionMode).toBe("Indexed");
  expect(container.env).toContainEqual({ name: "JOB_COMPLETIONS", value: String(job.spec.completions) });
});

it("the action runs what it is given, word by word", () => {
  const action = parse(readFileSync("action.yml", "utf8"));
  const [step] = action.runs.steps;
  expect(step.run).toContain("--reporter github,junit");
  expect(Object.keys(runCommand.options)).toContain("reporter");
  // What users write comes in as a variable: spliced into the script it could run anything.
  expect(step.run).not.toContain("${{");
});
