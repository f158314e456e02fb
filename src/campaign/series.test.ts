import { describe, expect, it } from "vitest";
import type { VerdictWord } from "../../checker/types.js";
import type { RunOptions } from "../plan/options.js";
import { sampleDocument } from "../report/testing/document.js";
import { runSeries, type Series } from "./series.js";

/** The seeds of the runs that a series makes where runs end as told, and valid after that. */
async function seedsOf(
  series: Partial<Series>,
  options: { verdicts?: readonly VerdictWord[]; seed?: number; abortAfter?: number; budget?: number } = {},
): Promise<readonly (number | undefined)[]> {
  const { verdicts = [], seed = 7, abortAfter, budget = Infinity } = options;
  const seeds: (number | undefined)[] = [];
  const controller = new AbortController();
  const runOne = (asked: RunOptions) => {
    seeds.push(asked.seed);
    if (seeds.length === abortAfter) controller.abort();
    return Promise.resolve(sampleDocument({ verdict: verdicts[seeds.length - 1] ?? "valid" }));
  };
  const all = runSeries({ backend: "etcd", seed }, { limit: 5, until: undefined, ...series }, runOne, {
    signal: controller.signal,
    mayBegin: () => Promise.resolve(seeds.length < budget),
  });
  let yielded = 0;
  for await (const _ of all) yielded += 1;
  expect(yielded).toBe(seeds.length);
  return seeds;
}

describe("a series", () => {
  it("runs as often as asked, with one seed after the other", async () => {
    expect(await seedsOf({ limit: 3 })).toEqual([7, 8, 9]);
    expect(await seedsOf({ limit: 3 }, { seed: 2 ** 32 - 2 })).toEqual([2 ** 32 - 2, 2 ** 32 - 1, 0]);
  });

  it("ends with the first run of the verdict it waits for", async () => {
    const verdicts = ["valid", "unknown", "violated"] as const;
    expect(await seedsOf({ until: "violated" }, { verdicts })).toEqual([7, 8, 9]);
    expect(await seedsOf({ until: "valid" }, { verdicts })).toEqual([7]);
    expect(await seedsOf({ until: "violated", limit: 2 }, { verdicts })).toEqual([7, 8]);
  });

  it("starts no further run once it is interrupted", async () => {
    expect(await seedsOf({}, { abortAfter: 2 })).toEqual([7, 8]);
  });

  it("starts no further run once it may not, and none that is not asked for", async () => {
    expect(await seedsOf({}, { budget: 3 })).toEqual([7, 8, 9]);
    expect(await seedsOf({}, { budget: 0 })).toEqual([]);
  });

  it("ends with the error of a run that cannot be made", async () => {
    const broken = runSeries(
      { backend: "etcd" },
      { limit: 5, until: undefined },
      () => Promise.reject(new Error("no rights")),
      { signal: new AbortController().signal },
    );
    await expect(broken.next()).rejects.toThrow("no rights");
    expect(await broken.next()).toEqual({ done: true, value: undefined });
  });
});
