import { confirmed, refuted } from "./decide.js";
import type { Results, Scenario } from "./types.js";

const CROWDS = [1, 10, 50] as const;
const WORK = { workload: "counter", nemesis: "none", holdMs: { min: 1, max: 5 }, durationMs: 8_000 } as const;

/** Acknowledged updates a second. */
const perSecond = (results: Results, name: string): number =>
  results(name).updates.acknowledged / (results(name).run.durationMs / 1_000);

export const optimisticVersions: Scenario = {
  name: "optimistic-versions",
  claim: "Optimistic versions beat a lock at low contention, and lose at high.",
  source: "H. T. Kung, J. T. Robinson, On Optimistic Methods for Concurrency Control (1981)",
  slow: "three crowds, by a lock and by versions",
  runs: Object.fromEntries(
    CROWDS.flatMap((concurrency) => [
      [`versions-${concurrency}`, { ...WORK, backend: "control", lock: "cas", concurrency }],
      [`lock-${concurrency}`, { ...WORK, backend: "postgres", lock: "advisory", concurrency }],
    ]),
  ),
  decide(results) {
    const rates = CROWDS.map((clients) => ({
      clients,
      versions: perSecond(results, `versions-${clients}`),
      lock: perSecond(results, `lock-${clients}`),
    }));
    const figures = rates
      .map(
        ({ clients, versions, lock }) =>
          `${clients} clients: versions ${versions.toFixed(1)}/s, lock ${lock.toFixed(1)}/s`,
      )
      .join("; ");
    const [alone] = rates;
    const crowd = rates.at(-1);
    return alone && crowd && alone.versions > alone.lock && crowd.versions < crowd.lock
      ? confirmed(figures)
      : refuted(figures);
  },
};
