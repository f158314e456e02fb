import { expect, test } from "vitest";
import { privileged } from "./privileged.js";

test("with all capabilities, or where nobody knows: the engine's own word", () => {
  expect(privileged("CapBnd:\t000001ffffffffff\n")).toEqual({ Privileged: true });
  expect(privileged("")).toEqual({ Privileged: true });
});

test("on a machine that lacks one: the others by name", () => {
  const { CapAdd = [], Privileged } = privileged("CapEff:\t0\nCapBnd:\t000001fffeffffff\n");
  expect(Privileged).toBeUndefined();
  expect(CapAdd).toHaveLength(37);
  expect(CapAdd).toContain("SYS_ADMIN");
  expect(CapAdd).not.toContain("SYS_RESOURCE");
});
