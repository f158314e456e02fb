import { confirmed, refuted, unknown } from "./decide.js";
import type { Scenario } from "./types.js";

/** Medians, ms, as articles commonly give them for an uncontended acquire. */
const CLAIMED: Readonly<Record<string, readonly [low: number, high: number]>> = {
  redis: [0, 1],
  redlock: [1, 10],
  etcd: [5, 50],
  zookeeper: [10, 50],
  consul: [10, 50],
  postgres: [1, 5],
};

export const latency: Scenario = {
  name: "latency",
  claim:
    "Redis takes about 1 ms, Redlock 1-10, etcd 5-50, ZooKeeper and Consul 10-50, PostgreSQL 1-5 (acquire alone, median).",
  source: "tables in many articles",
  slow: "six services, one after the other",
  runs: Object.fromEntries(
    Object.keys(CLAIMED).map((backend) => [
      backend,
      { backend, concurrency: 1, holdMs: { min: 0, max: 0 }, workload: "counter", durationMs: 8_000 },
    ]),
  ),
  decide(results) {
    const said = Object.entries(CLAIMED).map(([backend, [low, high]]) => {
      const { latency } = results(backend);
      const ms = latency["acquire"]?.p50 ?? Number.NaN;
      // What one request to the register takes, the machine takes for itself: on a busy one that is most of it.
      const bare = latency["read"]?.p50 ?? 0;
      const verdict = ms > high ? "slower than said" : ms < low ? "faster than said" : "as said";
      const text = `${backend} ${ms.toFixed(1)} ms beside ${bare.toFixed(1)} (${verdict})`;
      return { text, slower: ms > high, certainly: ms - bare > high };
    });
    const figures = `beside a bare request to the register: ${said.map(({ text }) => text).join(", ")}`;
    if (said.some(({ certainly }) => certainly)) return refuted(figures);
    return said.some(({ slower }) => slower)
      ? unknown(`the machine is too busy: ${figures}`)
      : confirmed(figures);
  },
};
