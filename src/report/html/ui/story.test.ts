import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../checker/types.js";
import { sampleResult } from "../../testing/result.js";
import { buildPayload } from "../build.js";
import { makeModel } from "./model.js";
import { OTHERS, REGISTER, tell } from "./story.js";

const result = sampleResult({ durationMs: 20_000 });
const model = makeModel(buildPayload(result));

function first(kind: Finding["kind"]): Finding {
  const finding = result.document.findings.find((each) => each.kind === kind);
  if (!finding) throw new Error(`the sample has no ${kind}`);
  return finding;
}

describe("tell", () => {
  it("tells an outlived lease from the grant to the write that did the harm, in order", () => {
    const story = tell(model, first("stale-write"));
    const [stale, next] = first("stale-write").grants ?? [];
    const [holder, later] = [stale?.client ?? "", next?.client ?? ""];
    expect(story?.clients).toEqual([holder, later]);
    expect(story?.lanes).toEqual([holder, later, OTHERS, REGISTER]);
    const texts = story?.moments.map(({ text }) => text) ?? [];
    const places = [
      `${holder} is granted the lock (token ${stale?.token})`,
      `${holder} reads version`,
      `${holder} is paused (f`,
      `${holder}'s lease runs out`,
      `${later} is granted the lock (token ${next?.token})`,
      `${holder}'s write becomes version`,
    ].map((text) => texts.findIndex((each) => each.startsWith(text)));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(texts.find((text) => text.startsWith(`${holder}'s write`))).toMatch(
      /computed from version \d+: version.* written over/,
    );
  });

  it("keeps each moment inside the picture, on a lane that is there", () => {
    for (const finding of result.document.findings) {
      const story = tell(model, finding);
      if (!story) throw new Error(`nothing to tell of ${finding.kind}`);
      expect(story.moments.length).toBeGreaterThan(2);
      for (const { at, lane } of story.moments) {
        expect(at).toBeGreaterThanOrEqual(story.from);
        expect(at).toBeLessThanOrEqual(story.to);
        expect(story.lanes).toContain(lane);
      }
      expect(finding.time / 1e3).toBeGreaterThan(story.from);
      expect(finding.time / 1e3).toBeLessThan(story.to);
    }
  });

  it("does not begin with a grant that is much older than its trouble", () => {
    const finding = first("overlap");
    const row = model.grantRow.get(finding.grants?.[0]?.grant ?? "") ?? -1;
    const from = model.grants.from.map((time, each) => (each === row ? time - 600e6 : time));
    const old = { ...model, grants: { ...model.grants, from } };
    const story = tell(old, finding);
    expect((story?.to ?? 0) - (story?.from ?? 0)).toBeLessThan(20e6);
    expect(story?.moments[0]?.text).not.toContain("is granted");
  });

  describe("of a leader, who writes all the time", () => {
    const finding = first("stale-write");
    const rowOf = (place: number): number => model.grantRow.get(finding.grants?.[place]?.grant ?? "") ?? -1;

    /** 40 more writes of a grant from a time on, µs, each computed from the one before. */
    function busy(row: number, from: number): typeof model {
      const { register, grants } = model;
      const write = (n: number): Record<string, number> => ({
        at: from + n,
        version: 1_001 + n,
        parent: 1_000 + n,
        grant: grants.grant[row] ?? -1,
        client: grants.client[row] ?? -1,
        lock: grants.lock[row] ?? 0,
      });
      const added = Array.from({ length: 40 }, (_, n) => write(n));
      const columns = Object.entries(register).map(([name, values]) => [
        name,
        [...(values as readonly number[]), ...added.map((each) => each[name] ?? 0)],
      ]);
      return { ...model, register: Object.fromEntries(columns) as typeof register };
    }

    it("tells the writes in one step, up to the next thing that matters", () => {
      const story = tell(busy(rowOf(0), (model.grants.from[rowOf(0)] ?? 0) + 10_000), finding);
      const texts = story?.moments.map(({ text }) => text) ?? [];
      expect(texts.filter((text) => text.includes("writes become"))).toEqual([
        `${finding.grants?.[0]?.client}'s writes become versions 1001 to 1040, each computed from the one before`,
      ]);
      expect(texts.length).toBe((tell(model, finding)?.moments.length ?? 0) + 1);
    });

    it("ends with the harm, not with the later holder's last write", () => {
      const story = tell(busy(rowOf(1), finding.time / 1e3 + 20e6), finding);
      expect(story?.to).toBe(tell(model, finding)?.to);
    });
  });

  it("has others hold the lock before the last step only", () => {
    for (const finding of result.document.findings)
      expect(tell(model, finding)?.moments.at(-1)?.text ?? "").not.toContain("meanwhile");
  });

  it("has nothing to tell of a finding without grants", () => {
    expect(tell(model, { ...first("overlap"), grants: [] })).toBeNull();
  });
});
