import { expect, test } from "vitest";
import { isAlive, ownIdentity, parseStartTime } from "./identity.js";

const fields = (state: string) => `${state} 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 123456 0 0`;

test.each([
  ["(node) ", "S", "123456"],
  ["(a b) c) R) ", "R", "123456"],
  ["(node) ", "Z", null],
])("the start time of 42 %s%s", (name, state, time) =>
  expect(parseStartTime(`42 ${name}${fields(state)}`)).toBe(time),
);

test("this very process is alive; its pid used again, or of another boot, is not", () => {
  const own = ownIdentity();
  expect(own.pid).toBe(process.pid);
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, startTime: String(Number(own.startTime) - 1) })).toBe(false);
  expect(isAlive({ ...own, boot: "an earlier one" })).toBe(false);
  expect(isAlive({ ...own, pid: 2 ** 22 + 1 })).toBe(false);
});

test("one that cannot be seen from here is taken to be alive", () =>
  expect(isAlive({ ...ownIdentity(), pid: 1, pidNamespace: "pid:[1]" })).toBe(true));
