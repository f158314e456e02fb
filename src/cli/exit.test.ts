import { expect, it } from "vitest";
import { LockjepsenError } from "../error.js";
import { captured } from "../report/testing/output.js";
import { exitCodeOf, worst } from "./exit.js";
import { printFailure } from "./failure.js";
import { storedPath } from "./where.js";

it("an exit code is the verdict, or whether it was expected", () => {
  expect((["valid", "violated", "unknown"] as const).map((word) => exitCodeOf(word))).toEqual([0, 1, 2]);
  expect((["valid", "violated", "unknown"] as const).map((word) => exitCodeOf(word, "violated"))).toEqual([
    1, 0, 2,
  ]);
});

it("of many verdicts the worst counts: violated, then unknown", () => {
  expect(worst(["valid", "violated", "unknown"])).toBe("violated");
  expect(worst(["valid", "unknown", "valid"])).toBe("unknown");
  expect(worst(["valid", "valid"])).toBe("valid");
});

it("no run at all shows nothing", () => {
  expect(worst([])).toBe("unknown");
});

it("latest is the last run of the directory for results", () => {
  expect(storedPath("latest")).toBe("results/latest");
  expect(storedPath("latest", "/tmp/elsewhere")).toBe("/tmp/elsewhere/latest");
  expect(storedPath("results/other", "/tmp/elsewhere")).toBe("results/other");
});

const failure = (error: unknown, debug = false) => {
  const output = captured();
  return { code: printFailure(error, output, debug), lines: output.text().trimEnd().split("\n") };
};

it.each([
  ["usage", 64],
  ["environment", 3],
] as const)("a failure of %s is one line of what and one of how to mend it", (code, exitCode) => {
  const said = failure(new LockjepsenError(code, "it is so", "do this", { cause: new Error("deep down") }));
  expect(said).toEqual({ code: exitCode, lines: ["error: it is so", " hint: do this"] });
});

it.each([new TypeError("x is\n not a function"), new LockjepsenError("internal", "x is not a function", "")])(
  "a bug says that it is one, and shows its stack only when asked",
  (bug) => {
    const { code, lines } = failure(bug);
    expect(code).toBe(70);
    expect(lines[0]).toBe("error: this is a bug in lockjepsen: x is not a function");
    expect(lines[1]).toMatch(/--debug/);
    expect(lines).toHaveLength(2);
    expect(failure(bug, true).lines.join("\n")).toMatch(/\n +at .*exit\.test\.ts/);
  },
);

it("a stack goes down to the first cause", () => {
  const error = new LockjepsenError("usage", "a", "b", { cause: new Error("c", { cause: "the disk" }) });
  expect(failure(error, true).lines.join("\n")).toMatch(/caused by: Error: c[^]*caused by: the disk/);
});
