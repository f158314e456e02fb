import type { Finding, Verdict } from "../../../checker/types.js";
import { grantId, ms, processId, token } from "../../history/event.js";
import { makeDocument } from "../document.js";
import type { VerdictDocument } from "../types.js";
import { sampleEnvironment, samplePlan } from "./samples.js";

const overlap = (n: number): Finding => ({
  kind: "overlap",
  severity: "violation",
  cause: "outlived-lease",
  expected: true,
  explanation:
    `Client c${n} was frozen for 4.7 s while it held lock-1 with token ${40 + n}; its lease ran out, and c9 was granted ` +
    `the lock with token ${41 + n}. However, nobody told c${n}, which went on writing as if it held.`,
  ops: [n, n + 1],
  time: ms(6_210 + 5_000 * n),
  grants: [
    { grant: grantId(`${n}.1`), client: `c${n}`, process: processId(n), token: token(String(40 + n)) },
    { grant: grantId("9.1"), client: "c9", process: processId(9), token: token(String(41 + n)) },
  ],
  faults: ["f1"],
});

const lost: Finding = {
  kind: "lost-update",
  severity: "violation",
  cause: "outlived-lease",
  expected: true,
  explanation: "The register acknowledged 42 writes that are no part of its final value.",
  ops: [3],
  time: ms(7_000),
};

/** What the judge alone says. */
export const VIOLATED: Verdict = {
  version: 1,
  verdict: "violated",
  reasons: ["42 acknowledged updates were lost.", "9 overlaps: the holder outlived its lease."],
  findings: [overlap(2), overlap(1), lost],
  counts: { overlap: 9, "lost-update": 42 },
  notes: {},
  causes: { "outlived-lease": 9 },
  brokenPromises: 0,
  broken: {},
  firstViolation: ms(6_210),
  updates: { acknowledged: 520, lost: 42, lostShare: 42 / 520 },
  grants: 523,
  holders: 5,
  challenged: 11,
  fence: { refused: 0, wouldRefuse: 9, wouldSave: 42 },
  faults: [
    {
      id: "f1",
      name: "pause",
      target: "holder",
      nodes: ["c1"],
      from: ms(1_500),
      to: ms(6_200),
      verified: true,
      evidence: "11 tasks of 1 process in state T",
    },
  ],
  latency: { acquire: { count: 523, p50: 12.34, p90: 300, p99: 4_200, max: 5_000 } },
  throughput: 8.7,
  handOver: { released: null, died: null },
  requestsPerGrant: null,
  remarks: [],
};

/** A verdict as a run leaves it: by default one that lost updates to paused holders. */
export function sampleDocument(
  verdict: Partial<Verdict> = {},
  run: Partial<VerdictDocument["run"]> = {},
): VerdictDocument {
  const document = makeDocument(
    { ...VIOLATED, ...verdict },
    samplePlan(),
    sampleEnvironment,
    "results/latest",
    {
      interrupted: false,
    },
  );
  return { ...document, run: { ...document.run, ...run } };
}

/** The same, of a run in which nothing was found. */
export const CALM: Partial<Verdict> = {
  verdict: "valid",
  reasons: [],
  findings: [],
  counts: {},
  causes: {},
  firstViolation: null,
  updates: { acknowledged: 520, lost: 0, lostShare: 0 },
  fence: null,
};
