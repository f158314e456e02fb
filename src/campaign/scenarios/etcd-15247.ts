import { confirmed, figuresOf, overlaps, unknown } from "./decide.js";
import { count } from "../../report/text.js";
import type { Scenario } from "./types.js";

const LEADER = { nemesis: "pause", target: "leader", workload: "leader", durationMs: 60_000 } as const;

export const etcd15247: Scenario = {
  name: "etcd-15247",
  claim: "An etcd leader that was stopped and goes on revokes leases that were kept alive meanwhile.",
  source: "etcd-io/etcd#15247 (2023)",
  slow: "one pause in five shows it, and a pause of several seconds takes as long",
  runs: { "3.4": { ...LEADER, backend: "etcd@3.4" }, "3.5": { ...LEADER, backend: "etcd@3.5" } },
  decide(results) {
    const versions = ["3.4", "3.5"].map((version) => ({ version, document: results(version) }));
    const figures = versions.map(
      ({ version, document }) =>
        `${version}: ${count(document.faults.length, "pause")} of a leader, ${figuresOf(document)}`,
    );
    return versions.some(({ document }) => overlaps(document, "service") > 0)
      ? confirmed(figures.join("; "))
      : unknown(`not this time: ${figures.join("; ")}`);
  },
};
