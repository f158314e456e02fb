import type { OpColumns } from "../src/history/columns.js";
import {
  MOST_TROUBLES,
  type Judgement,
  type Limits,
  type Model,
  type ModelVerdict,
  type Part,
  type Trouble,
} from "./models/types.js";
import { partition } from "./partition.js";

export const DEFAULT_LIMITS: Limits = { timeMs: 60_000, memoryBytes: 1 << 30 };

/** Some of a history's parts: every so many, from one on. Several threads share a history so. */
export interface Portion {
  readonly from: number;
  readonly every: number;
}

/** What was found in some of a history's parts. */
export interface Findings {
  readonly parts: number;
  readonly judged: number;
  readonly apart: number;
  readonly troubles: readonly Trouble[];
}

/**
 * Judges operations against a model, each lock and key on its own. Pure but for the clock that bounds a search. A
 * violation outranks unknown, unknown outranks valid; a history without any operation of the model is unknown.
 */
export function checkModel<S>(ops: OpColumns, model: Model<S>, limits: Partial<Limits> = {}): ModelVerdict {
  return summarise(model, [judgeParts(ops, model, limits)]);
}

/** Judges a portion of a history's parts. */
export function judgeParts<S>(
  ops: OpColumns,
  model: Model<S>,
  limits: Partial<Limits> = {},
  { from, every }: Portion = { from: 0, every: 1 },
): Findings {
  const { parts, apart, judged } = partition(ops, model.operations, model.partition);
  const within = { ...DEFAULT_LIMITS, ...limits };
  const deadline = performance.now() + within.timeMs;
  const troubles: Trouble[] = [];
  for (let n = from; n < parts.length; n += every) {
    const part = parts[n]!;
    const timeMs = Math.max(0, deadline - performance.now());
    const trouble = troubleOf(part, judgePart(part, model, { ...within, timeMs }));
    if (trouble !== null) troubles.push(trouble);
  }
  return { parts: parts.length, judged, apart, troubles };
}

/** The verdict on a history, from what was found in all of its parts. */
export function summarise<S>(model: Model<S>, findings: readonly Findings[]): ModelVerdict {
  const troubles = findings
    .flatMap((each) => each.troubles)
    .sort((a, b) => RANK[a.verdict] - RANK[b.verdict] || a.at - b.at);
  const violated = troubles.filter(({ verdict }) => verdict === "violated").length;
  const { judged = 0, apart = 0, parts = 0 } = findings[0] ?? {};
  const [first] = troubles;
  const nothing = `there is nothing to judge: no ${model.operations.join(", no ")}`;
  return {
    verdict: judged === 0 ? "unknown" : (first?.verdict ?? "valid"),
    model: model.name,
    judged,
    apart,
    parts,
    violated,
    unknown: troubles.length - violated,
    reason: judged === 0 ? nothing : (first?.reason ?? ""),
    troubles: troubles.slice(0, MOST_TROUBLES),
  };
}

const RANK = { violated: 0, unknown: 1 } as const;

/** Judges one part. A model of the user's own that throws has not judged. */
export function judgePart<S>(part: Part, model: Model<S>, limits: Limits): Judgement {
  try {
    return model.judge(part, limits);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { verdict: "unknown", reason: `the model ${model.name} gave up: ${text}`, at: 0 };
  }
}

function troubleOf({ ops, key }: Part, judgement: Judgement): Trouble | null {
  if (judgement.verdict === "valid") return null;
  const { verdict, reason, at } = judgement;
  const witness = judgement.verdict === "violated" ? judgement.witness : [];
  return { verdict, key: ops.keys[key] ?? null, reason, witness, at };
}
