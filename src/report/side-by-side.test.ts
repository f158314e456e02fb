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
