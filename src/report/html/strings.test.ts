import { expect, it } from "vitest";
import { createStrings, cut } from "./strings.js";

it("keeps each text once, and nothing at place 0", () => {
  const strings = createStrings();
  expect([undefined, "", "a", "b", "a"].map((text) => strings.place(text))).toEqual([0, 0, 1, 2, 1]);
  expect(strings.list).toEqual(["", "a", "b"]);
});

it("cuts long texts, says so, and never halves a character", () => {
  expect(cut("abcdef", 6)).toBe("abcdef");
  expect(cut("abcdefg", 6)).toBe("abcdef… (7 characters)");
  expect(cut("ab\u{1F512}cd", 3)).toBe("ab… (6 characters)");
});
