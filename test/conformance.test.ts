/** The command that tries recipes on a calm day: real servers, planted bugs, and a lock that does not answer. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { CheckResult, RecipeResult } from "../src/conformance/types.js";
import { cli, startCli } from "./support/cli.js";

const BROKEN = fileURLToPath(new URL("support/broken-lock.mjs", import.meta.url));

async function conform(...args: readonly string[]): Promise<{
  readonly code: number | null;
  readonly results: readonly RecipeResult[];
}> {
  const { code, stdout, stderr } = await cli(["conform", "--quick", "--json", ...args]);
  if (stdout === "") expect.unreachable(stderr);
  return { code, ...(JSON.parse(stdout) as { readonly results: readonly RecipeResult[] }) };
}

const of = (results: readonly RecipeResult[], recipe: string, name: string): CheckResult | undefined =>
  results.find((one) => one.recipe === recipe)?.checks.find(({ check }) => check === name);

const failed = (results: readonly RecipeResult[], recipe: string): readonly string[] =>
  results
    .find((one) => one.recipe === recipe)
    ?.checks.filter(({ result }) => result === "failed")
    .map(({ check }) => check) ?? ["was not tried"];

describe.concurrent("conform", () => {
  test("memory: a sound lock passes, planted bugs fail where they say, and one that a calm day hides does not", async () => {
    const recipes = [
      "lease",
      "bug-two-queues",
      "bug-releases-for-anyone",
      "bug-drops-renewals",
      "bug-ignores-ttl",
      "bug-token-repeats",
      "bug-expires-early",
    ];
    const { code, results } = await conform("--backend", "memory", "--lock", recipes.join(","));
    expect(failed(results, "lease")).toEqual([]);
    expect(failed(results, "bug-two-queues")).toEqual(
      expect.arrayContaining(["exclusion", "refusal", "foreign-release"]),
    );
    expect(failed(results, "bug-releases-for-anyone")).toEqual(["foreign-release"]);
    expect(failed(results, "bug-drops-renewals")).toEqual(["renewal"]);
    expect(failed(results, "bug-ignores-ttl")).toEqual(["death"]);
    expect(failed(results, "bug-token-repeats")).toEqual(["tokens"]);
    expect(failed(results, "bug-expires-early")).toEqual([]);
    expect(results.flatMap(({ checks }) => checks).every(({ expected }) => expected)).toBe(true);
    expect(code).toBe(0);
  });

  test("redis: its own recipe passes, a plain DEL frees another's lock, as is known of it", async () => {
    const { code, results } = await conform("--backend", "redis", "--lock", "fenced,unsafe-del");
    expect(failed(results, "fenced")).toEqual([]);
    expect(failed(results, "unsafe-del")).toEqual(["foreign-release"]);
    expect(of(results, "unsafe-del", "foreign-release")?.seen).toBe("another's lock was freed");
    expect(code).toBe(0);
  });

  test("a lock that spins, never answers or ends its process fails there, and is tried on", async () => {
    const { code, results } = await conform("--backend", BROKEN);
    expect(of(results, "file", "refusal")).toMatchObject({
      result: "failed",
      expected: false,
      seen: "hung: not over after 11.3 s",
    });
    expect(of(results, "file", "foreign-release")?.seen).toMatch(/^hung: /);
    expect(of(results, "file", "hand-over")?.seen).toBe("the driver ended");
    expect(failed(results, "file")).toEqual(["refusal", "hand-over", "foreign-release"]);
    expect(code).toBe(1);
  });

  test("is interrupted in the middle of a check", async () => {
    const { child, done, shows } = startCli(["conform", "--json", "--backend", "memory"]);
    await shows(/memory .*: trying lease/);
    child.kill("SIGINT");
    await shows(/interrupted/);
    const since = performance.now();
    expect((await done).code).toBe(130);
    expect(performance.now() - since).toBeLessThan(30_000);
  });
});
