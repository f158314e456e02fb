import { describe, expect, it } from "vitest";
import memory from "../backends/memory.js";
import { conformancePage } from "./page.js";
import type { CheckResult } from "./types.js";

const check = (name: string, one: Partial<CheckResult>): CheckResult => ({
  check: name,
  result: "passed",
  expected: true,
  seen: "seen",
  ...one,
});

const result = (recipe: string, ...checks: readonly CheckResult[]) => ({
  backend: "memory",
  version: "1.2.3",
  recipe,
  ttlMs: 2_000,
  checks,
});

describe("the page of backends", () => {
  const page = conformancePage(
    [
      {
        backend: memory,
        results: [
          result("lease", check("exclusion", {}), check("loss", { result: "skipped" })),
          result("sequencer", check("exclusion", { result: "failed", expected: false })),
          result("bug-two-queues", check("exclusion", { result: "failed", seen: "3 of 5" })),
        ],
      },
    ],
    {
      command: "npx lockjepsen conform",
      circumstances: { version: "9.8.7", date: "2026-01-02", machine: "a machine" },
    },
  );

  it("says what each recipe is, what it promises, and its token", () => {
    expect(page).toContain(
      "| `lease` (default) | as it should be: a queue, leases that are renewed, a token that counts the grants | kept by the service itself | a time to live | 2s (100ms to 1h) | within 2.5 s | number of the grant | no fault |",
    );
  });

  it("says where that is written, once for all who have it from there", () => {
    expect(page).toContain("- `lease`, `bug-two-queues`: docs/memory.md\n");
    expect(page).toMatch(/- `sequencer`: docs\/memory\.md; M\. Burrows/);
  });

  it("says what was seen, and tells a known failure from a surprise", () => {
    expect(page).toMatch(/\| `lease` \| 2s \| ✓ seen \| - \|/);
    expect(page).toMatch(/\| `sequencer` \| 2s \| ✗ \*\*surprise\*\* seen \|/);
    expect(page).toMatch(/\| `bug-two-queues` \| 2s \| ✗ 3 of 5 \|/);
  });

  it("says what made it, with what, and where", () => {
    expect(page).toContain(
      "Made on 2026-01-02 by lockjepsen 9.8.7 (a machine):\n\n```sh\nnpx lockjepsen conform\n```",
    );
    expect(page).toContain("; tried with 1.2.3.");
  });

  it("asks of every check what the head of the table names", () => {
    const [, ...asked] =
      /\| check \| what is asked \|\n(?:.*\n)*?\n/.exec(page)?.[0].matchAll(/^\| ([a-z-]+) \|/gm) ?? [];
    expect(asked.map(([, name]) => name)).toEqual(
      expect.arrayContaining(["exclusion", "renewal", "death", "tokens"]),
    );
  });
});
