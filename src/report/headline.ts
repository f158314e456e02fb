import {
  CAUSES,
  type Cause,
  type FaultSummary,
  type Finding,
  type FindingKind,
} from "../../checker/types.js";
import { count } from "./text.js";
import type { Judged } from "./judged.js";
import { WORST_FIRST } from "./words.js";

export interface Headline {
  /** The verdict and the one number that matters most. */
  readonly title: string;
  /** What that means, for somebody who has never read such an analysis. */
  readonly sentence: string;
}

/** A verdict in plain words. Pure: the terminal and the page say the same. */
export function headline(document: Judged): Headline {
  switch (document.verdict) {
    case "violated":
      return violated(document);
    case "valid":
      return valid(document);
    case "unknown":
      return unknown(document);
  }
}

function violated(document: Judged): Headline {
  if (document.findings.some(isOurs))
    return {
      title: "Violated: the tester's own register failed",
      sentence: `The register that stands behind the lock is lockjepsen's own, and its answers fit no order: this is a defect of lockjepsen, and nothing that this run says about ${subject(document)} can be trusted.`,
    };
  const { updates, brokenPromises } = document;
  const worst = WORST_FIRST.find((kind) => (document.counts[kind] ?? 0) > 0);
  const many = worst === undefined ? 0 : (document.counts[worst] ?? 0);
  const harm =
    updates.lost > 0
      ? `${updates.lost} of ${count(updates.acknowledged, "acknowledged update")} lost`
      : worst === undefined
        ? "see the findings"
        : HARM[worst](many).short;
  const broken = brokenPromises > 0 ? `, ${count(brokenPromises, "promise")} broken` : "";
  const what =
    updates.lost > 0
      ? `let ${updates.lost} of ${count(updates.acknowledged, "acknowledged update")} be lost`
      : worst === undefined
        ? "did not keep its word"
        : HARM[worst](many).long;
  const findings = document.findings.filter(
    (finding) => finding.severity === "violation" && (worst === undefined || finding.kind === worst),
  );
  // Only of these: a cluster that did not recover is not the doing of a client that outlived its lease meanwhile.
  const cause = commonest(findings);
  const others = findings.some((finding) => finding.cause !== undefined && finding.cause !== cause);
  return {
    title: `Violated: ${harm}${broken}`,
    sentence: `${subject(document)} ${what}${because(cause, others, document)}. ${judgement(cause, findings, document)}`,
  };
}

/** A lock that answered so has two grants to show; the register has none. */
const isOurs = ({ kind, grants }: Finding): boolean => kind === "nonlinearizable" && grants === undefined;

const HARM: Readonly<Record<FindingKind, (n: number) => { readonly short: string; readonly long: string }>> =
  {
    "lost-update": (n) => ({
      short: `${count(n, "update")} lost`,
      long: `let ${count(n, "update")} be lost`,
    }),
    imbalance: () => ({
      short: "the books do not balance",
      long: "left a value that does not add up with what was acknowledged",
    }),
    nonlinearizable: () => ({
      short: "the answers fit no order",
      long: "gave answers that no order of the operations explains",
    }),
    "fence-breach": (n) => ({
      short: `the fence let ${count(n, "old token")} through`,
      long: `let the fence accept ${count(n, "token")} below one that it had seen`,
    }),
    "stale-write": (n) => ({
      short: `${count(n, "stale write")} applied`,
      long: `let ${count(n, "write")} of a former holder be applied after the next one had begun`,
    }),
    "unlocked-write": (n) => ({
      short: `${count(n, "write")} without the lock`,
      long: `was not held during ${count(n, "write")}`,
    }),
    overlap: (n) => ({
      short: `held by two at once ${times(n)}`,
      long: `was held by two clients at once ${times(n)}`,
    }),
    "foreign-release": (n) => ({
      short: `released ${times(n)} by somebody else`,
      long: `let itself be released ${times(n)} by a client that did not hold it`,
    }),
    "late-grant": (n) => ({
      short: `${count(n, "grant")} came too late`,
      long: `told clients ${times(n)} that they held the lock when their lease was over already`,
    }),
    "token-order": (n) => ({
      short: `${count(n, "token")} out of order`,
      long: `handed out ${count(n, "fencing token")} out of order`,
    }),
    orphan: () => ({
      short: "the lock is stuck",
      long: "could be taken by nobody any more, after every fault was healed",
    }),
    unrecovered: () => ({
      short: "the cluster did not recover",
      long: "was not served again in time after every fault was healed",
    }),
  };

function because(cause: Cause | undefined, others: boolean, document: Judged): string {
  const why = others ? ", mostly because" : ", because";
  const { backend } = document.run;
  switch (cause) {
    case "outlived-lease":
      return `${why} ${victim(cause, document)} went on writing after its lease had run out`;
    case "session-lost":
      return `${why} ${victim(cause, document)} went on after its session had been ended`;
    case "late-grant":
      return `${why} a client was told that it held the lock when its lease was over already`;
    case "service":
      return `${why} ${backend} granted the lock to a second client while the first one's lease was still good`;
    case "foreign-release":
      return `${why} the lock was released by a client that did not hold it`;
    case "not-a-lock":
      return `${why} it keeps nobody out: this is not a lock`;
    case "in-flight":
      return `${why} a write was still under way when its holder's hold was over`;
    case "undetermined":
      return ", and the record does not tell why";
    case undefined:
      return "";
  }
}

const HIT: Readonly<Record<string, string>> = {
  pause: "a paused client",
  block: "a blocked client",
  partition: "a client that was cut off",
  clock: "a client whose clock had jumped",
  slow: "a slowed client",
  kill: "a client that was killed",
};

/** Who went on too long: named by the fault, where one was on a client of the findings with this cause. */
function victim(cause: Cause, document: Judged): string {
  for (const finding of document.findings) {
    if (finding.cause !== cause) continue;
    const clients = finding.grants?.map((grant) => grant.client) ?? [];
    const hit = document.faults.find(
      (fault) => finding.faults?.includes(fault.id) && fault.nodes.some((node) => clients.includes(node)),
    );
    if (hit) return HIT[hit.name] ?? "a client";
  }
  return "a client";
}

function judgement(cause: Cause | undefined, findings: readonly Finding[], document: Judged): string {
  const fence = fenceWouldHave(document);
  if (document.brokenPromises > 0)
    return `It ${brokeItsPromise(document, findings[0]?.kind)}${fence && `; ${fence}`}.`;
  const expected =
    cause === "outlived-lease" || cause === "session-lost" || cause === "in-flight"
      ? "That is expected of every lease"
      : cause === "not-a-lock"
        ? "That is expected of this recipe, which promises no exclusion"
        : findings.some(({ expected }) => expected === false)
          ? "Nothing in its documentation lets that happen"
          : cause === "undetermined"
            ? "Whether it broke a promise is not known"
            : cause === "service" && findings.some(({ expected }) => expected)
              ? `Its documentation gives that promise up under such faults${only(document)}`
              : "No promise of its documentation was broken";
  return `${expected}${fence && `; ${fence}`}.`;
}

/** `broke its own promise 3 times (1 grant came too late, 2 tokens out of order)`; not how, where all are `told` already. */
function brokeItsPromise({ brokenPromises, broken }: Judged, told?: FindingKind): string {
  const kinds = WORST_FIRST.filter((kind) => (broken[kind] ?? 0) > 0);
  const how =
    kinds.length === 0 || (kinds.length === 1 && kinds[0] === told)
      ? ""
      : ` (${kinds.map((kind) => HARM[kind](broken[kind] ?? 0).short).join(", ")})`;
  return `broke its own promise ${times(brokenPromises)}${how}`;
}

/** The fault that it must have been, where there was but one kind. */
function only({ faults }: Judged): string {
  const names = new Set(faults.filter(({ verified }) => verified).map(({ name }) => name));
  return names.size === 1 ? ` (${[...names].join("")})` : "";
}

/** A write that a fence refuses is not saved, but its writer is told: it is not lost either. */
function fenceWouldHave({ fence, updates, run }: Judged): string {
  if (updates.lost === 0 || run.fencing === "on") return "";
  if (fence === null) return "it hands out no token that a fence could look at";
  const { wouldSave, wouldRefuse } = fence;
  if (wouldSave >= updates.lost)
    return `a fence would have saved ${updates.lost === 1 ? "it" : "all of them"}`;
  const refused =
    wouldRefuse === 0
      ? ""
      : `${wouldSave > 0 ? " and" : ""} refused ${count(wouldRefuse, "stale write")} openly`;
  const saved = wouldSave > 0 ? ` saved ${wouldSave} of them` : wouldRefuse > 0 ? "" : " saved none of them";
  return `a fence would have${saved}${refused}`;
}

function valid(document: Judged): Headline {
  const { updates, grants, holders, challenged, fence, brokenPromises } = document;
  const kept =
    updates.acknowledged === 1
      ? "kept the one acknowledged update"
      : `kept all ${updates.acknowledged} acknowledged updates`;
  const broken = brokenPromises > 0 ? `, ${count(brokenPromises, "promise")} broken` : "";
  const title = `Valid: no update lost in ${count(grants, "grant")}${broken}`;
  const faults = document.faults.filter((fault) => fault.verified);
  if (faults.length === 0) {
    const together = document.notes.overlap ?? 0;
    const calm =
      together > 0
        ? `However, two clients held it at once ${times(together)}, without harm in this run, and no fault was made.`
        : "No fault was made, so this shows that it works on a calm day, and no more.";
    return {
      title,
      sentence: `${subject(document)} ${kept} through ${count(grants, "grant")} to ${count(holders, "client")}. ${calm}`,
    };
  }
  const refused =
    fence !== null && fence.refused > 0
      ? `, and the fence refused ${count(fence.refused, "stale request")}`
      : "";
  const however =
    brokenPromises > 0 ? ` However, it ${brokeItsPromise(document)}, without harm in this run.` : "";
  return {
    title,
    sentence:
      `${subject(document)} was put to the test by ${tests(faults)} and ${kept}: ` +
      `${count(challenged, "grant was", "grants were")} challenged${refused}.${however}`,
  };
}

/** `11 verified pauses`, `3 verified faults (pause, kill)`. */
function tests(faults: readonly FaultSummary[]): string {
  const names = [...new Set(faults.map((fault) => fault.name))];
  if (names.length === 1 && ["pause", "block", "kill", "partition"].includes(names[0] ?? ""))
    return count(faults.length, `verified ${names[0]}`);
  return `${count(faults.length, "verified fault")} (${names.join(", ")})`;
}

function unknown(document: Judged): Headline {
  const [reason = "the record is not enough to judge by", ...more] = document.reasons;
  const { brokenPromises } = document;
  const neither =
    brokenPromises > 0
      ? `too little about ${subject(document)}, which ${brokeItsPromise(document)}`
      : `nothing about ${subject(document)}, neither good nor bad`;
  const broken = brokenPromises > 0 ? `, ${count(brokenPromises, "promise")} broken` : "";
  const others = more.length > 0 ? ` (and ${count(more.length, "more reason")})` : "";
  return {
    title: `Unknown: ${document.run.interrupted ? "the run was ended early" : "too weak to judge"}${broken}`,
    sentence: `This run says ${neither}: ${reason.replace(/\.$/, "")}${others}.`,
  };
}

/** `etcd 3.4.23's mutex`. */
function subject({ run }: Judged): string {
  return `${run.backend}${run.version === "unknown" ? "" : ` ${run.version}`}'s ${run.lock}`;
}

function commonest(findings: readonly Finding[]): Cause | undefined {
  const share = (cause: Cause): number => findings.filter((finding) => finding.cause === cause).length;
  const [most] = CAUSES.filter((cause) => share(cause) > 0).toSorted((a, b) => share(b) - share(a));
  return most;
}

const times = (n: number): string => (n === 1 ? "once" : `${n} times`);
