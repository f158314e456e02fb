import { expect, it } from "vitest";
import { causeWords } from "./words.js";

it("has nobody reported for a promise that the documentation gives up", () => {
  expect(causeWords("service", false).remedy).toContain("Report it");
  expect(causeWords("service", undefined).remedy).toContain("Report it");
  const excused = causeWords("service", true);
  expect(`${excused.meaning} ${excused.remedy}`).not.toMatch(/Report|breaks/);
});
