import type { Nemesis, Phase, Shape, Target } from "../../nemesis/types.js";
import type { Random } from "../random.js";
import type { PlannedFault, Range } from "./types.js";

/** The first fault comes soon: a short run should see one. */
const FIRST: Range = { min: 1_000, max: 2_000 };
/** Between the end of a fault and the next: the clients work undisturbed at least this long. */
const BREATH_MS = 500;
/** A fault that is aimed waits for its victim: the next hold to reach the phase, the next leader. */
const AIM_MS = 1_000;
/** Where a holder is hit unless asked otherwise: with the longest way to go before its next look at anything. */
const USUAL_PHASE: Phase = "before-write";

/** A nemesis that was asked for, with those of its shapes that may come. */
export interface ChosenNemesis {
  readonly nemesis: Nemesis;
  /** Never empty; more than one: drawn for each fault. */
  readonly shapes: readonly ChosenShape[];
  /** As typed, every one of its parameters. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface ChosenShape {
  readonly name: string;
  readonly target: Target;
  readonly phase: Phase | null;
  /** See {@link Shape}. */
  readonly toTheEnd?: true;
}

export interface FaultSchedule {
  readonly chosen: readonly ChosenNemesis[];
  readonly ttlMs: number;
  readonly intervalMs: number;
  /** How long each lasts; null: as its nemesis has it. */
  readonly lastsMs: Range | null;
  /** Whether one may begin before the one before is healed. */
  readonly overlap: boolean;
  readonly runMs: number;
}

/** Where in a hold a fault lands: what was asked for, else what its shape or target wants. Null: at once. */
export function phaseOf(shape: Shape, target: Target, asked: Phase | undefined): Phase | null {
  return asked ?? shape.phase ?? (target === "holder" ? USUAL_PHASE : null);
}

/**
 * A fault every `intervalMs` (later where the one before lasts longer, unless they may overlap), as many as fit whole,
 * with time to land. Of several nemeses each has its turn, in another order each time round. A longer run begins like a
 * shorter one of the same seed. What lasts to the end comes once, and the others do not wait for it.
 */
export function planFaults(random: Random, schedule: FaultSchedule): readonly PlannedFault[] {
  const { ttlMs, overlap, runMs } = schedule;
  let { chosen } = schedule;
  let last: string | null = null;
  const faults: PlannedFault[] = [];
  const first = drawMs(random, FIRST);
  let turns: readonly ChosenNemesis[] = [];
  for (let free = 0; chosen.length > 0;) {
    if (turns.length === 0) turns = shuffled(random, chosen);
    const [next, ...others] = turns as [ChosenNemesis, ...ChosenNemesis[]];
    turns = others;
    const atMs = Math.max(first + faults.length * schedule.intervalMs, overlap ? 0 : free);
    const drawnMs = drawMs(random, schedule.lastsMs ?? next.nemesis.lasts(ttlMs));
    if (atMs + AIM_MS + drawnMs > runMs) return faults;
    const pick = random.fraction();
    const shape = next.shapes[next.shapes.length === 1 ? 0 : random.below(next.shapes.length)] as ChosenShape;
    const id = `f${faults.length + 1}`;
    const durationMs = shape.toTheEnd ? runMs - AIM_MS - atMs : drawnMs;
    faults.push({
      id,
      nemesis: next.nemesis.name,
      shape: shape.name,
      target: shape.target,
      phase: shape.phase,
      client: null,
      atMs,
      durationMs,
      after: overlap ? null : last,
      pick,
      parameters: drawParameters(random, next, ttlMs),
    });
    if (shape.toTheEnd) {
      [chosen, turns] = [chosen, turns].map((list) => without(shape, list)) as [typeof chosen, typeof turns];
      continue;
    }
    last = id;
    free = atMs + durationMs + BREATH_MS;
  }
  return faults;
}

const without = (shape: ChosenShape, chosen: readonly ChosenNemesis[]): readonly ChosenNemesis[] =>
  chosen
    .map((each) => ({ ...each, shapes: each.shapes.filter((other) => other !== shape) }))
    .filter(({ shapes }) => shapes.length > 0);

/** What was typed of a nemesis' parameters becomes the values of one fault. */
export const drawParameters = (
  random: Random,
  { nemesis, parameters }: Pick<ChosenNemesis, "nemesis" | "parameters">,
  ttlMs: number,
): PlannedFault["parameters"] =>
  Object.fromEntries(
    Object.entries(nemesis.parameters).map(([key, parameter]) => [
      key,
      parameter.draw(parameters[key] ?? parameter.default, random, { ttlMs }),
    ]),
  );

function shuffled<T>(random: Random, list: readonly T[]): readonly T[] {
  const left = [...list];
  const order: T[] = [];
  while (left.length > 1) order.push(...left.splice(random.below(left.length), 1));
  return [...order, ...left];
}

const drawMs = (random: Random, { min, max }: Range): number => min + random.below(max - min + 1);
