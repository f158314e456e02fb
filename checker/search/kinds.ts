import { cell, isReturn, NIL, OUTCOME, rowOf } from "../../src/history/columns.js";
import type { Model, ModelOp, Part, Specification } from "../models/types.js";

/** The operations of a part, equal ones told once, and what they make of each state. States and kinds are numbers. */
export interface Kinds {
  /** Kind of the operation that an event invokes, by the event's place in the part; -1 for returns. */
  readonly ofEvent: Int32Array;
  readonly count: number;
  readonly initial: number;
  /** The state after an operation of that kind, or -1 where it cannot be. */
  step(state: number, kind: number): number;
  /** Whether operations of that kind change no state. */
  isPure(kind: number): boolean;
  /** Whether operations of that kind are always possible, and it does not matter in which order they come. */
  commutes(kind: number): boolean;
  /** Whether operations of that kind are always possible and leave the same state, whatever there was before. */
  overwrites(kind: number): boolean;
  /** Every state that operations of these kinds lead to, in any order; null: more than `most`. */
  reachable(most: number): readonly number[] | null;
  describe(state: number): string;
}

const OUTCOMES = { [OUTCOME.ok]: "ok", [OUTCOME.info]: "info", [OUTCOME.held]: "held" } as const;
/** States of which every step is remembered. A counter has one for each of its values: those are worked out again. */
const REMEMBERED = 512;

export function kindsOf<S>(part: Part, model: Pick<Model<S>, "owned" | "specification">): Kinds {
  const { ops, events } = part;
  const kinds: ModelOp[] = [];
  const known = new Map<string, number>();
  const ofEvent = new Int32Array(events.length).fill(-1);
  for (let at = 0; at < events.length; at += 1) {
    const row = rowOf(events[at]!);
    if (isReturn(events[at]!)) continue;
    const owner = model.owned ? ops.owner[row]! : 0;
    const text = `${ops.f[row]} ${ops.outcome[row]} ${owner} ${ops.value[row]} ${cell(ops.extra, row)} ${cell(ops.token, row)}`;
    let kind = known.get(text);
    if (kind === undefined) {
      kind = kinds.push(modelOp(part, row, owner)) - 1;
      known.set(text, kind);
    }
    ofEvent[at] = kind;
  }
  return { ofEvent, count: kinds.length, ...transitions(kinds, model.specification) };
}

/** An operation as a specification sees it. */
export function modelOp({ ops }: Pick<Part, "ops">, row: number, owner = ops.owner[row]!): ModelOp {
  const decoded = (code: number): unknown => (code === NIL ? null : ops.valueOf(code));
  return {
    f: ops.operations[ops.f[row]!]!,
    owner,
    value: decoded(ops.value[row]!),
    extra: decoded(cell(ops.extra, row)),
    token: decoded(cell(ops.token, row)),
    outcome: OUTCOMES[ops.outcome[row] as keyof typeof OUTCOMES],
  };
}

function transitions<S>(
  kinds: readonly ModelOp[],
  specification: Specification<S>,
): Pick<Kinds, "initial" | "step" | "isPure" | "commutes" | "overwrites" | "reachable" | "describe"> {
  const pure = kinds.map((kind) => specification.isPure?.(kind) ?? false);
  const commuting = kinds.map((kind) => specification.commutes?.(kind) ?? false);
  const blind = kinds.map((kind) => specification.overwrites?.(kind) ?? false);
  const states: S[] = [];
  const places = new Map<unknown, number>();
  const steps: (Int32Array | undefined)[] = [];

  function placeOf(state: S): number {
    const key = specification.key ? specification.key(state) : state;
    let place = places.get(key);
    if (place === undefined) {
      place = states.push(state) - 1;
      places.set(key, place);
    }
    return place;
  }

  function work(state: number, kind: number): number {
    const next = specification.step(states[state]!, kinds[kind]!);
    return next === undefined ? -1 : placeOf(next);
  }

  function step(state: number, kind: number): number {
    if (state >= REMEMBERED) return work(state, kind);
    const memory = (steps[state] ??= new Int32Array(kinds.length));
    const known = memory[kind]!;
    if (known !== 0) return known - 2;
    const next = work(state, kind);
    memory[kind] = next + 2;
    return next;
  }

  const initial = placeOf(specification.init);
  return {
    initial,
    step,
    reachable(most) {
      const found = new Set([initial]);
      // A set is gone through in order of what was added to it.
      for (const state of found)
        for (let kind = 0; kind < kinds.length; kind += 1) {
          const next = step(state, kind);
          if (next >= 0) found.add(next);
          if (found.size > most) return null;
        }
      return [...found];
    },
    isPure: (kind) => pure[kind] === true,
    commutes: (kind) => commuting[kind] === true,
    overwrites: (kind) => blind[kind] === true,
    describe: (state) => {
      const value = states[state]!;
      return specification.describe?.(value) ?? String(specification.key?.(value) ?? value);
    },
  };
}
