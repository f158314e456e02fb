import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interleave, linearizable, type Step } from "../testing/linearize.js";
import { registerViolation, type RegisterOperation } from "./register.js";
import { tries } from "../testing/tries.js";

const read = (value: number, invoke: number, ret: number): RegisterOperation => ({
  f: "read",
  value,
  invoke,
  return: ret,
});
const write = (value: number, invoke: number, ret: number): RegisterOperation => ({
  f: "write",
  value,
  invoke,
  return: ret,
});

test.each<[string, readonly RegisterOperation[], string | undefined]>([
  ["in turn", [write(1, 1, 2), read(1, 3, 4), write(2, 5, 6), read(2, 7, 8)], undefined],
  ["read while it is being written", [write(1, 1, 4), read(1, 2, 3)], undefined],
  ["the initial value while it is being written", [write(1, 1, 4), read(0, 2, 3)], undefined],
  ["an open write that is read later", [write(1, 1, Infinity), write(2, 2, 3), read(1, 4, 5)], undefined],
  ["an open write that nobody reads", [write(1, 1, Infinity), read(0, 2, 3)], undefined],
  ["nobody wrote it", [read(7, 1, 2)], "unwritten"],
  ["before it was written", [read(1, 1, 2), write(1, 3, 4)], "from-the-future"],
  ["the initial value after the first write", [write(1, 1, 2), read(0, 3, 4)], "backward-in-forward"],
  ["old, new, old", [write(1, 1, 2), write(2, 3, 8), read(2, 4, 5), read(1, 6, 7)], "backward-in-forward"],
  [
    "two that both stood",
    [write(1, 1, 8), write(2, 2, 9), read(1, 3, 4), read(2, 5, 6), read(1, 10, 11), read(2, 12, 13)],
    "forward-forward",
  ],
])("%s", (_, operations, kind) => {
  expect(registerViolation(operations, 0)?.kind).toBe(kind);
});

describe("agrees with trying all orders", () => {
  const drawn = fc.array(
    fc.record({ f: fc.constantFrom("read", "write"), value: fc.nat(4), open: fc.nat(5) }),
    { minLength: 1, maxLength: 7 },
  );
  test("on random histories", () => {
    fc.assert(
      fc.property(drawn, fc.array(fc.nat(13), { minLength: 14, maxLength: 14 }), (shapes, picks) => {
        const places = interleave(
          shapes.map(() => 2),
          picks,
        );
        let writes = 0;
        const operations = shapes.map(({ f, value, open }, n): RegisterOperation => {
          const [invoke = 0, ret = 0] = places[n] ?? [];
          const written = f === "write" ? (writes += 1) : value;
          return {
            f: f === "write" ? "write" : "read",
            value: written,
            invoke,
            return: open === 0 ? Infinity : ret,
          };
        });
        // An open read says nothing, in either.
        const steps = operations
          .filter((operation) => operation.f === "write" || operation.return < Infinity)
          .map(({ f, value, invoke, return: ret }): Step<number> => ({
            invoke,
            return: ret,
            apply: (state) => (f === "write" || state === value ? value : null),
          }));
        expect(registerViolation(operations, 0) === null).toBe(linearizable(steps, 0));
      }),
      { numRuns: tries(2_000) },
    );
  });
});
