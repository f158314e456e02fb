import { expect, it } from "vitest";
import { sideBySide } from "./side-by-side.js";
import { CALM, sampleDocument } from "./testing/document.js";

it("tells what differs in what was asked, and all that came of it", () => {
  const text = sideBySide([
    sampleDocument(),
    sampleDocument({ ...CALM, verdict: "valid" }, { fencing: "on" }),
  ]);
  expect(text).toMatch(/^fencing +off +on$/m);
  expect(text).toMatch(/^verdict +violated +valid$/m);
  expect(text).toMatch(/^lost-update +42 +0$/m);
  expect(text).toMatch(/^overlaps by outlived-lease +\d+ +0$/m);
  expect(text).not.toMatch(/^seed/m);
});

it("puts runs that do not fit beside the others below", () => {
  const text = sideBySide(
    Array.from({ length: 5 }, () => sampleDocument()),
    80,
  );
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(text.match(/^verdict/gm)?.length).toBeGreaterThan(1);
});
