import type { Nemesis, Phase, Shape, Target } from "../../nemesis/types.js";
import type { Random } from "../random.js";
import { Turns } from "./turns.js";
import type { PlannedFault, Range } from "./types.js";

/** The first fault comes soon: a short run should see one. */
const FIRST: Range = { min: 1_000, max: 2_000 };
/** Between the end of a fault and the next: the clients work undisturbed at least this long. */
const BREATH_MS = 500;
/** A fault that is aimed waits for its victim: the next hold to reach the phase, the next leader. */
const AIM_MS = 1_000;
/** Where a holder is hit unless asked otherwise: with the longest way to go before its next look at anything. */
const USUAL_PHASE: Phase = "before-write";

/** A run that is not told how long it takes has time for so many, ... */
const USUAL_FAULTS = 5;
/** ... in round numbers. */
const ROUND_MS = 10_000;

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

/** A run too short for a round of shapes has yet asked something of the lock if one of them was aimed at who held it. */
const hitsHolder = ({ target }: ChosenShape): boolean => target === "holder";

/**
 * A fault every `intervalMs` (later where the one before lasts longer, unless they may overlap), as many as fit whole,
 * with time to land. Several nemeses take turns, and so do the shapes of each; a holder is hit first. A longer run begins
 * like a shorter one of the same seed. What lasts to the end comes once, and the others do not wait for it.
 */
export function planFaults(random: Random, schedule: FaultSchedule): readonly PlannedFault[] {
  const { ttlMs, overlap, runMs } = schedule;
  const faults: PlannedFault[] = [];
  const first = drawMs(random, FIRST);
  const turns = new Turns(
    random,
    schedule.chosen.map((each) => ({ ...each, shapes: new Turns(random, each.shapes, hitsHolder) })),
  );
  let last: string | null = null;
  let free = 0;
  for (let next = turns.next(); next; next = turns.next()) {
    const atMs = Math.max(first + faults.length * schedule.intervalMs, overlap ? 0 : free);
    const drawnMs = drawMs(random, schedule.lastsMs ?? next.nemesis.lasts(ttlMs));
    if (atMs + AIM_MS + drawnMs > runMs) return faults;
    const pick = random.fraction();
    const shape = next.shapes.next() as ChosenShape;
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
      next.shapes.drop(shape);
      if (next.shapes.over) turns.drop(next);
      continue;
    }
    last = id;
    free = atMs + durationMs + BREATH_MS;
  }
  return faults;
}

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

/** How long a run takes that is not told: `leastMs`, or longer where its faults are long. */
export function usualDuration(
  { chosen, ttlMs, intervalMs, lastsMs, overlap }: Omit<FaultSchedule, "runMs">,
  leastMs: number,
): number {
  const lasts = chosen.map(({ nemesis }) => mean(lastsMs ?? nemesis.lasts(ttlMs)));
  if (lasts.length === 0) return leastMs;
  const lastMs = lasts.reduce((sum, each) => sum + each, 0) / lasts.length;
  const everyMs = overlap ? intervalMs : Math.max(intervalMs, lastMs + BREATH_MS);
  const neededMs = FIRST.max + (USUAL_FAULTS - 1) * everyMs + AIM_MS + lastMs;
  return Math.max(leastMs, Math.ceil(neededMs / ROUND_MS) * ROUND_MS);
}

const mean = ({ min, max }: Range): number => (min + max) / 2;
const drawMs = (random: Random, { min, max }: Range): number => min + random.below(max - min + 1);
