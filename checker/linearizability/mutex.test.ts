import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interleave, linearizable, type Step } from "../testing/linearize.js";
import { mutexViolation, type MutexHold } from "./mutex.js";
import { tries } from "../testing/tries.js";

const hold = (acquired: number, releaseInvoke = Infinity, releaseReturn = Infinity): MutexHold => ({
  acquired,
  releaseInvoke,
  releaseReturn,
});

test.each<[string, readonly MutexHold[], readonly [number, number] | null]>([
  ["in turn", [hold(1, 2, 3), hold(4, 5, 6)], null],
  ["the next told before the last was answered", [hold(1, 2, 5), hold(4, 6, 7)], null],
  ["both at once", [hold(1, 5, 6), hold(4, 7, 8)], [0, 1]],
  ["one for ever, and another", [hold(1), hold(4, 7, 8)], [0, 1]],
  ["an open release may have freed it at once", [hold(1, 2), hold(4, 7, 8)], null],
  ["an open acquire, never released: it may never have been", [hold(Infinity), hold(4, 7, 8)], null],
  [
    "an open acquire, released while nobody held",
    [hold(1, 3, 4), hold(Infinity, 2, 8), hold(6, 9, 10)],
    null,
  ],
  [
    "an open acquire, released while another held all the time",
    [hold(1, 9, 10), hold(Infinity, 2, 8)],
    [0, 1],
  ],
])("%s", (_, holds, expected) => {
  expect(mutexViolation(holds)).toEqual(expected);
});

const FREE = -1;

describe("agrees with trying all orders", () => {
  const drawn = fc.array(
    fc.record({
      acquire: fc.constantFrom("ok", "ok", "open"),
      release: fc.constantFrom("ok", "ok", "open", "none"),
    }),
    { minLength: 1, maxLength: 4 },
  );
  test("on random histories", () => {
    fc.assert(
      fc.property(drawn, fc.array(fc.nat(11), { minLength: 16, maxLength: 16 }), (shapes, picks) => {
        const places = interleave(
          shapes.map(({ release }) => (release === "none" ? 2 : 4)),
          picks,
        );
        const holds: MutexHold[] = [];
        const steps: Step<number>[] = [];
        for (const [owner, { acquire, release }] of shapes.entries()) {
          const [asked = 0, told = 0, freeing = Infinity, freed = Infinity] = places[owner] ?? [];
          const acquired = acquire === "ok" ? told : Infinity;
          const released = release === "ok" ? freed : Infinity;
          holds.push(hold(acquired, freeing, released));
          steps.push({
            invoke: asked,
            return: acquired,
            apply: (holder) => (holder === FREE ? owner : null),
          });
          if (release === "none") continue;
          steps.push({
            invoke: freeing,
            return: released,
            apply: (holder) => (holder === owner ? FREE : null),
          });
        }
        expect(mutexViolation(holds) === null).toBe(linearizable(steps, FREE));
      }),
      { numRuns: tries(2_000) },
    );
  });
});
