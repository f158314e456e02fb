/** What the explanation of an overlap points at. */
import { expect, test } from "vitest";
import { check } from "../index.js";
import { scenario } from "../testing/scenario.js";

test.each([
  [1.5, 3, "until 3.500 s, by the last request that it acknowledged, and granted it to c2 before"],
  [
    2.5,
    2.3,
    "until 4.500 s, by a renewal of 2.500 s that it acknowledged although the lease had been over since 2.200 s, and granted",
  ],
])("a lease until 2.2 s, renewed at %f s, and the other asked at %f s", (sent, asked, promised) => {
  const tells = scenario();
  tells
    .client("c1")
    .acquire(0.1, 0.2, { token: 41, until: 2.2 })
    .renew(sent, sent + 0.1, sent + 2)
    .release(3.6, 3.7);
  tells
    .client("c2")
    .acquire(asked, asked + 0.1, { token: 42, until: asked + 2 })
    .release(3.8, 3.9);
  tells.end(5);
  const overlap = check(tells.history()).findings.find(({ kind }) => kind === "overlap");
  expect(overlap?.cause).toBe("service");
  expect(overlap?.explanation).toContain(promised);
});

test.each([
  [
    "visible",
    1,
    "The lease of c1 had run out at 2.000 s, since c1 was frozen (the pause f1, from 1.000 s to",
  ],
  ["visible", 2.5, "The lease of c1 had run out at 2.000 s: c2"],
  [
    "none",
    1,
    "The lease of c1, which test-lock never renews, had run out at 2.000 s, while c1 was frozen (the",
  ],
  ["none", 2.5, "The lease of c1, which test-lock never renews, had run out at 2.000 s: c2"],
] as const)("renewals: %s; its holder is frozen at %d s, its lease over at 2 s", (renewals, frozen, told) => {
  const tells = scenario({ recipe: "test-lock", promises: { renewals } });
  tells.client("c1").acquire(0, 0.1, { token: 41, until: 2 }).write(3.6, 3.7).release(3.8, 3.9);
  tells.client("c2").acquire(3, 3.1, { token: 42, until: 5 }).write(3.75, 3.76).release(4, 4.1);
  tells.fault("pause", ["c1"], frozen, 3.5);
  tells.end(5);
  const overlap = check(tells.history()).findings.find(({ kind }) => kind === "overlap");
  expect(overlap?.cause).toBe("outlived-lease");
  expect(overlap?.explanation).toContain(told);
});

test("a fault that still goes on, and who still believe that they hold, are given no end", () => {
  const tells = scenario();
  tells.client("c1").acquire(0, 0.1, { token: 41, until: 2 }).write(3.6, 3.7);
  tells.client("c2").acquire(3, 3.1, { token: 42, until: 5 }).read(3.8, 3.9);
  tells.fault("partition", ["c1"], 1, null);
  const overlap = check(tells.history()).findings.find(({ kind }) => kind === "overlap");
  expect(overlap?.explanation).toContain("for at least 600 ms both believed");
  expect(overlap?.explanation).toContain(
    "(the partition f1, which began at 1.000 s and still lasted at 3.900 s)",
  );
});
