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

/**
 * Judges operations against a model, each lock and key on its own. Pure but for the clock that bounds a search. A
 * violation outranks unknown, unknown outranks valid; a history without any operation of the model is unknown.
 */
export function checkModel<S>(ops: OpColumns, model: Model<S>, limits: Partial<Limits> = {}): ModelVerdict {
  const { parts, apart, judged } = partition(ops, model.operations);
  const within = { ...DEFAULT_LIMITS, ...limits };
  const judgements = parts.map((part) => ({ part, judgement: judgePart(part, model, within) }));
  const troubles = judgements
    .flatMap(({ part, judgement }) => troubleOf(part, judgement) ?? [])
    .sort((a, b) => RANK[a.verdict] - RANK[b.verdict] || a.at - b.at);
  const violated = troubles.filter(({ verdict }) => verdict === "violated").length;
  const counts = { judged, apart, parts: parts.length, violated, unknown: troubles.length - violated };
  const [first] = troubles;
  if (judged === 0)
    return {
      ...counts,
      verdict: "unknown",
      model: model.name,
      reason: `there is nothing to judge: no ${model.operations.join(", no ")}`,
      troubles: [],
    };
  return {
    ...counts,
    verdict: first?.verdict ?? "valid",
    model: model.name,
    reason: first?.reason ?? "",
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
