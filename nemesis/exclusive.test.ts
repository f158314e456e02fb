import { expect, test } from "vitest";
import { claim, claiming } from "./exclusive.js";
import { bareHost } from "./testing/hosts.js";

const [a, b] = [bareHost("n1", "server"), bareHost("n2", "server")];

test("a host is in the hands of one fault at a time, a part of it in those of another", () => {
  const giveBack = claim([a, b], "processes", "f1");
  expect(() => claim([b], "processes", "f2")).toThrow("n2 is still in the hands of f1");
  claim([b], "clock", "f2")();
  giveBack();
  claim([b], "processes", "f3")();
});

test("given back when it is healed, or never came about", async () => {
  const injected = { from: 0n, evidence: "", heal: () => Promise.resolve("gone") };
  const fault = await claiming([a], "clock", "f1", () => Promise.resolve(injected));
  expect(() => claim([a], "clock", "f2")).toThrow("f1");
  expect(await fault.heal()).toBe("gone");
  await expect(claiming([a], "clock", "f2", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  claim([a], "clock", "f3")();
});
