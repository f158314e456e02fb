/** What must hold of every history of a lock that keeps its word, and of every way to cut or order a record. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isClientEvent, type HistoryEvent } from "../src/history/event.js";
import type { History } from "../src/history/history.js";
import { mergeEvents } from "../src/history/merge.js";
import { check } from "./index.js";
import { simulate, type Simulation } from "./testing/simulate.js";
import { historyOf, world } from "./testing/worlds.js";
import type { Verdict } from "./types.js";
import { forAll, tries } from "./testing/tries.js";

const simulation: fc.Arbitrary<Simulation> = fc.record({
  changes: fc.record({
    discipline: fc.constantFrom("trusting", "checking"),
    workload: fc.constantFrom("set", "counter"),
    nemeses: fc.constant(["pause"]),
  }),
  clients: fc.integer({ min: 2, max: 5 }),
  rounds: fc.integer({ min: 1, max: 6 }),
  freeze: fc.constantFrom(0, 1, 6),
  slowWrites: fc.constantFrom(0, 0, 0.3),
  seed: fc.integer(),
});

const behindFence = (drawn: Simulation): History =>
  simulate({ ...drawn, changes: { ...drawn.changes, fencing: "on" } });

describe("a service that keeps its word", () => {
  test("behind a fence is never found in violation, however its clients freeze", () => {
    let challenged = 0;
    let refused = 0;
    forAll(simulation, behindFence, 120, (history) => {
      const verdict = check(history);
      expect(verdict.counts).toEqual({});
      expect(verdict.verdict).not.toBe("violated");
      expect(verdict.brokenPromises).toBe(0);
      expect(verdict.updates.lost).toBe(0);
      challenged += verdict.challenged;
      refused += verdict.fence?.refused ?? 0;
    });
    expect(challenged).toBeGreaterThanOrEqual(tries(8)); // else nothing was put to the test
    expect(refused).toBeGreaterThanOrEqual(tries(8));
  });

  test("without one is never blamed for what its clients do", () => {
    let harm = 0;
    forAll(simulation, simulate, 240, (history) => {
      const verdict = check(history);
      expect(verdict.brokenPromises).toBe(0);
      for (const finding of verdict.findings) {
        expect(["overlap", "stale-write", "lost-update"]).toContain(finding.kind);
        expect(["outlived-lease", "in-flight"]).toContain(finding.cause);
        expect(finding.expected).toBe(true);
      }
      harm += verdict.updates.lost;
      // What was lost, a fence would have saved.
      expect(verdict.fence?.wouldSave).toBe(verdict.updates.lost);
    });
    expect(harm).toBeGreaterThanOrEqual(tries(8));
  });
});

describe("a record", () => {
  const speaker = (event: HistoryEvent): string => (isClientEvent(event) ? event.client : event.process);
  const bare = ({ findings, ...rest }: Verdict) => ({
    ...rest,
    findings: findings.map(({ ops, ...more }) => ({ ...more, ops: ops.length })),
  });

  test("gives one verdict, in whatever order its files are merged", () => {
    fc.assert(
      fc.property(simulation, fc.array(fc.nat()), (drawn, keys) => {
        const history = simulate(drawn);
        const speakers = [...new Set(history.events.map(speaker))];
        const files = speakers.map((name) => history.events.filter((event) => speaker(event) === name));
        const shuffled = files
          .map((file, n) => ({ file, key: keys[n] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ file }) => file);
        expect(bare(check({ ...history, events: mergeEvents(shuffled) }))).toEqual(bare(check(history)));
      }),
      { numRuns: tries(50) },
    );
  });

  test("gives a verdict wherever it was cut off", () => {
    fc.assert(
      fc.property(world, fc.nat(), (drawn, at) => {
        const history = historyOf(drawn);
        const events = history.events.slice(0, 1 + (at % history.events.length));
        expect(check({ ...history, events }).version).toBe(1);
      }),
      { numRuns: tries(400) },
    );
  });

  test("that shows a violation shows it without its last line", () => {
    forAll(simulation, simulate, 50, (history) => {
      const whole = check(history);
      const { verdict, counts, updates } = check({ ...history, events: history.events.slice(0, -1) });
      expect({ verdict, counts, updates }).toEqual({
        verdict: whole.verdict,
        counts: whole.counts,
        updates: whole.updates,
      });
    });
  });

  test("without the places of its events is the same", () => {
    const history = simulate({ changes: {}, clients: 3, rounds: 5, freeze: 6, slowWrites: 0, seed: 7 });
    const events = history.events.map((event) => ({
      ...event,
      index: undefined,
    })) as unknown as HistoryEvent[];
    expect(check({ ...history, events })).toEqual(check(history));
  });
});
