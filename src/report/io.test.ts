import { isCI } from "std-env";
import { describe, expect, it } from "vitest";
import { outputTo } from "./io.js";
import { clip, count, fields, percent, table, wrap } from "./text.js";

describe("colours", () => {
  const red = (isTTY: boolean, env: NodeJS.ProcessEnv): boolean =>
    outputTo({ write: () => true, isTTY }, env).colours.red("x") !== "x";

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [false, { FORCE_COLOR: "1" }, true],
    [false, { FORCE_COLOR: "" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [true, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    [true, { TERM: "dumb" }, false],
  ])("terminal %s with %j: %s", (isTTY, env, coloured) => {
    expect(red(isTTY, env)).toBe(coloured);
  });
});

it("rewrites lines only on a terminal that can, and not in CI", () => {
  const live = (isTTY: boolean, env: NodeJS.ProcessEnv): boolean =>
    outputTo({ write: () => true, isTTY }, env).live;
  expect(live(true, {})).toBe(!isCI);
  expect(live(false, {})).toBe(false);
  expect(live(true, { TERM: "dumb" })).toBe(false);
});

it("follows a terminal that is resized", () => {
  const stream = { write: () => true, isTTY: true, columns: 120 };
  const output = outputTo(stream);
  stream.columns = 70;
  expect(output.columns).toBe(70);
});

describe("text", () => {
  it("wraps at words, and leaves a longer word whole", () => {
    expect(wrap("one two  three\nfour", 9)).toEqual(["one two", "three", "four"]);
    expect(wrap("https://example.org/long a", 5)).toEqual(["https://example.org/long", "a"]);
    expect(wrap("", 5)).toEqual([]);
  });

  it("clips with an ellipsis", () => {
    expect([clip("abcdef", 6), clip("abcdef", 5)]).toEqual(["abcdef", "abcd…"]);
  });

  it("counts in words", () => {
    expect([count(1, "grant"), count(0, "grant"), count(2, "process", "processes")]).toEqual([
      "1 grant",
      "0 grants",
      "2 processes",
    ]);
  });

  it("never rounds some to none, nor most to all", () => {
    expect([0, 0.00001, 0.081, 0.99999, 1].map(percent)).toEqual([
      "0 %",
      "under 0.1 %",
      "8.1 %",
      "over 99.9 %",
      "100 %",
    ]);
  });

  it("aligns tables and fields", () => {
    expect(
      table([
        ["a", "bbb", "c"],
        ["aaa", "b", "c"],
      ]),
    ).toEqual(["a    bbb  c", "aaa  b    c"]);
    expect(
      fields(
        [
          ["a", "one two"],
          ["bbb", ""],
        ],
        { width: 10, indent: 2 },
      ),
    ).toEqual(["  a    one\n       two", "  bbb  "]);
  });
});
