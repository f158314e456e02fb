import { isCI } from "std-env";
import { describe, expect, it } from "vitest";
import { outputTo } from "./io.js";

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
