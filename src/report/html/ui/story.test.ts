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

  it("has nothing to tell of a finding without grants", () => {
    expect(tell(model, { ...first("overlap"), grants: [] })).toBeNull();
  });
});
