import { count } from "../../report/text.js";
import { confirmed, refuted } from "./decide.js";
import type { Results, Scenario } from "./types.js";

const CROWDS = [1, 2, 5, 10, 50] as const;
const WORK = { workload: "counter", nemesis: "none", holdMs: { min: 1, max: 5 }, durationMs: 6_000 } as const;

/** Acknowledged updates a second. */
const perSecond = (results: Results, name: string): number =>
  results(name).updates.acknowledged / (results(name).run.durationMs / 1_000);

export const optimisticVersions: Scenario = {
  name: "optimistic-versions",
  claim: "Optimistic versions beat a lock at low contention, and lose at high.",
  source: "H. T. Kung, J. T. Robinson, On Optimistic Methods for Concurrency Control (1981)",
  slow: "five crowds, by a lock and by versions",
  runs: Object.fromEntries(
    CROWDS.flatMap((concurrency) => [
      [`versions-${concurrency}`, { ...WORK, backend: "control", lock: "cas", concurrency }],
      [`lock-${concurrency}`, { ...WORK, backend: "postgres", lock: "advisory", concurrency }],
    ]),
  ),
  decide(results) {
    const rates = CROWDS.map((clients) => {
      const { grants, updates } = results(`versions-${clients}`);
      return {
        clients,
        versions: perSecond(results, `versions-${clients}`),
        lock: perSecond(results, `lock-${clients}`),
        tries: grants / Math.max(1, updates.acknowledged),
      };
    });
    const figures = rates.map(
      ({ clients, versions, lock, tries }) =>
        `${count(clients, "client")}: versions ${versions.toFixed(0)}/s (${tries.toFixed(1)} tries an update), lock ${lock.toFixed(0)}/s`,
    );
    const [alone] = rates;
    const crowd = rates.at(-1);
    const crossing = rates.find(({ versions, lock }) => lock > versions);
    return alone && crowd && crossing && alone.versions > alone.lock && crowd.versions < crowd.lock
      ? confirmed(`the lock is ahead from ${count(crossing.clients, "client")} on; ${figures.join("; ")}`)
      : refuted(figures.join("; "));
  },
};
