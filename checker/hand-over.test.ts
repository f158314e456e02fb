import { expect, test } from "vitest";
import { check } from "./index.js";
import type { Actor } from "./testing/actor.js";
import { scenario } from "./testing/scenario.js";

function handOver(tell: (c1: Actor, c2: Actor, kill: (client: string, at: number) => void) => void) {
  const tells = scenario();
  tell(tells.client("c1"), tells.client("c2"), (client, at) => tells.fault("kill", [client], at, at + 1));
  tells.end(20);
  return check(tells.history()).handOver;
}
const TIMES = { count: 1, p50: expect.closeTo(60, 0) };

test("counts from the request to release to the next holder's ok, which had waited", () => {
  const { released, died } = handOver((c1, c2) => {
    c1.acquire(1, 1.1, { token: 1, until: 3 }).release(2, 2.02);
    c2.acquire(1.5, 2.06, { token: 2, until: 4 }).release(2.5, 2.6);
    c1.acquire(3, 3.1, { token: 3, until: 5 }).release(4, 4.1); // nobody had waited for this one
  });
  expect(released).toMatchObject(TIMES);
  expect(died).toBeNull();
});

test("counts from a holder's death", () => {
  const { released, died } = handOver((c1, c2, kill) => {
    c1.acquire(1, 1.1, { token: 1, until: 3 }).read(1.9, 2);
    kill("c1", 2.01);
    c2.acquire(1.5, 4, { token: 2, until: 6 }).release(5, 5.1);
  });
  expect(released).toBeNull();
  expect(died).toMatchObject({ count: 1 });
  expect(died?.p50).toBeGreaterThan(1_900);
  expect(died?.p50).toBeLessThan(2_100);
});

test("two who overlap hand nothing over", () => {
  const { released } = handOver((c1, c2) => {
    c1.acquire(1, 1.1, { token: 1, until: 3 }).release(4, 4.1);
    c2.acquire(1.5, 3.5, { token: 2, until: 6 }).release(5, 5.1);
  });
  expect(released).toBeNull();
});
