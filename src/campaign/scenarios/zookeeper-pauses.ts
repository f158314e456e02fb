import { confirmed, figuresOf, harmed, refuted, weakness } from "./decide.js";
import type { Scenario } from "./types.js";

export const zookeeperPauses: Scenario = {
  name: "zookeeper-pauses",
  claim: "ZooKeeper handles process pauses correctly.",
  source: "said in comparisons with Redlock; true only with its zxid as a fencing token",
  runs: {
    trusting: { backend: "zookeeper", nemesis: "pause", durationMs: 20_000 },
    fenced: { backend: "zookeeper", nemesis: "pause", fencing: "on", durationMs: 20_000 },
  },
  decide(results) {
    const [trusting, fenced] = [results("trusting"), results("fenced")];
    if (harmed(trusting))
      return refuted(`alone: ${figuresOf(trusting)}; with czxid as a fence: ${figuresOf(fenced)}`);
    return weakness(trusting) ?? confirmed(figuresOf(trusting));
  },
};
