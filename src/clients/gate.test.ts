import { expect, test } from "vitest";
import { grantId } from "../history/event.js";
import { createGate } from "./gate.js";
import type { FromWorker } from "./protocol.js";

const held = { lock: "lock-1", grant: grantId("0.1") };

test("several faults that wait for one client are served one after the other, each at its phase", async () => {
  const told: FromWorker[] = [];
  const gate = createGate((message) => told.push(message));
  expect(gate.pass("granted", held)).toBeNull();
  gate.arm(1, "granted");
  gate.arm(2, "granted");
  gate.arm(3, "in-flight");
  gate.arm(4, "granted");
  gate.disarm(4);

  const first = gate.pass("granted", held);
  const third = gate.pass("in-flight", held);
  const second = gate.pass("granted", held);
  expect(gate.pass("granted", held)).toBeNull();
  expect(told).toEqual([1, 3, 2].map((ticket) => ({ kind: "at-phase", ticket, ...held })));
  gate.go(2);
  gate.go(3);
  await Promise.all([second, third]);
  gate.go(1);
  gate.go(1);
  expect(await first).toBeLessThan(1_000);
});
