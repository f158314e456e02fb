import { expect, test } from "vitest";
import { check } from "../index.js";
import { scenario } from "../testing/scenario.js";

test("a plain DEL begins a chain: whose lock was freed frees the next one's, and no service is to blame", () => {
  const tells = scenario();
  const [c1, c2, c3, c4] = ["c1", "c2", "c3", "c4"].map((name) => tells.client(name));
  c1?.acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1); // long over: frees the lock of c2
  c2?.acquire(2.4, 2.5, { until: 4.4 }).release(3.3, 3.4); // frees the lock of c3
  c3?.acquire(3.1, 3.2, { until: 5.1 }).release(4, 4.1);
  c4?.acquire(3.4, 3.5, { until: 5.4 }).release(4.2, 4.3);
  tells.end(6);
  const { causes, counts } = check(tells.history());
  expect(causes).toEqual({ "foreign-release": 2, "outlived-lease": 1 });
  expect(counts["foreign-release"]).toBe(2);
});
