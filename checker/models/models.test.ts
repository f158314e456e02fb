import { describe, expect, test } from "vitest";
import { checkModel, columnsOf, modelOf, type OpEvent } from "../index.js";

/** `3 acquire` is an invocation, `3 acquire ok` its completion; a number at the end is the value. */
function history(...lines: readonly string[]): readonly OpEvent[] {
  return lines.map((line) => {
    const [process, f = "", type = "invoke", value] = line.split(" ");
    return {
      process: Number(process),
      f,
      type: type as OpEvent["type"],
      ...(value === undefined ? {} : { value: value === "nil" ? null : Number(value) }),
    };
  });
}

const judged = (model: string, ...lines: readonly string[]): string =>
  checkModel(columnsOf(history(...lines)), modelOf(model)).verdict;

describe("owner-mutex", () => {
  test.each([
    ["valid", ["1 acquire", "1 acquire ok", "1 release", "2 acquire", "2 acquire ok", "1 release ok"]],
    ["violated", ["1 acquire", "1 acquire ok", "2 acquire", "2 acquire ok", "1 release", "1 release ok"]],
    ["violated", ["1 acquire", "1 acquire ok", "2 release", "2 release ok"]],
    ["valid", ["1 acquire", "1 acquire info", "2 acquire", "2 acquire ok"]],
    [
      "violated",
      [
        "1 acquire",
        "1 acquire ok",
        "1 release",
        "1 release info",
        "2 acquire",
        "2 acquire ok",
        "1 release",
        "1 release ok",
      ],
    ],
    ["valid", ["1 acquire", "1 acquire ok", "1 release", "1 release info", "2 acquire", "2 acquire ok"]],
  ])("%s: %j", (verdict, lines) => {
    expect(judged("owner-mutex", ...lines)).toBe(verdict);
  });
});

describe("register", () => {
  test.each([
    ["valid", ["1 write invoke 7", "2 read", "2 read ok 7", "1 write ok 7"]],
    ["violated", ["1 write invoke 7", "1 write ok 7", "2 read", "2 read ok nil"]],
    ["violated", ["2 read", "2 read ok 7"]],
    ["violated", ["2 read", "2 read ok 7", "1 write invoke 7", "1 write ok 7"]],
    ["valid", ["1 write invoke 7", "1 write info 7", "2 read", "2 read ok nil", "2 read", "2 read ok 7"]],
    ["violated", ["1 write invoke 7", "1 write info 7", "2 read", "2 read ok 7", "2 read", "2 read ok nil"]],
  ])("%s: %j", (verdict, lines) => {
    expect(judged("register", ...lines)).toBe(verdict);
  });
});

test("each lock is judged on its own, and the trouble names it", () => {
  const holds = (lock: string, process: number): readonly OpEvent[] => [
    { process, f: "acquire", type: "invoke", value: { lock } },
    { process, f: "acquire", type: "ok", value: { lock } },
  ];
  const apart = checkModel(columnsOf([...holds("a", 1), ...holds("b", 2)]), modelOf("owner-mutex"));
  expect(apart).toMatchObject({ verdict: "valid", parts: 2, judged: 2 });
  const both = checkModel(
    columnsOf([...holds("a", 1), ...holds("b", 2), ...holds("b", 3)]),
    modelOf("owner-mutex"),
  );
  expect(both).toMatchObject({ verdict: "violated", violated: 1, troubles: [{ key: "b", witness: [1, 2] }] });
});

test("a history of other things is unknown", () => {
  expect(judged("register", "1 acquire", "1 acquire ok")).toBe("unknown");
});
