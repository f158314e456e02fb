import type { Nemesis, PlannedFault } from "../../nemesis/types.js";
import { LockjepsenError } from "../error.js";
import { createRandom } from "../random.js";
import { unknownName } from "../suggest.js";
import { formatDuration } from "../units.js";
import { drawParameters, type ChosenNemesis } from "./faults.js";
import { checkTarget, chooseNemeses, type Ground } from "./nemeses.js";
import type { Schedule, ScheduledFault } from "./schedule-file.js";

export interface ScheduleParts {
  readonly nemeses: Readonly<Record<string, Nemesis>>;
  readonly ground: Ground;
  readonly ttlMs: number;
  readonly runMs: number;
  readonly seed: number;
}

/** The faults of a schedule, each checked against what there is to hit. Throws a usage error for the first that cannot be. */
export function planScheduled(schedule: Schedule, parts: ScheduleParts): readonly PlannedFault[] {
  const random = createRandom(parts.seed);
  const ids = schedule.faults.map((fault, index) => fault.id ?? `f${index + 1}`);
  return schedule.faults.map((fault, index) => {
    const chosen = chosenOf(fault, parts);
    const [shape] = chosen.shapes;
    if (!shape) throw new LockjepsenError("internal", "a nemesis without a shape", "this is a defect");
    const end = fault.atMs + fault.durationMs;
    if (end > parts.runMs)
      throw usage(
        schedule,
        `${ids[index]} ends at ${formatDuration(end)}, after the run (${formatDuration(parts.runMs)})`,
        `take --duration ${formatDuration(Math.ceil((end + 2_000) / 1_000) * 1_000)}`,
      );
    if (fault.after != null && !ids.slice(0, index).includes(fault.after))
      throw usage(schedule, `${ids[index]} comes after ${fault.after}, which is not before it`, "name an id");
    return {
      id: ids[index] ?? "",
      nemesis: fault.nemesis,
      shape: shape.name,
      target: shape.target,
      phase: fault.phase === undefined ? shape.phase : fault.phase,
      client: clientOf(fault, parts.ground),
      atMs: fault.atMs,
      durationMs: fault.durationMs,
      after: fault.after ?? null,
      pick: fault.pick ?? random.fraction(),
      parameters: drawParameters(random, chosen, parts.ttlMs),
    };
  });
}

/** The nemesis of one fault, by its one shape. */
export function chosenOf(
  fault: ScheduledFault,
  { nemeses, ground }: Pick<ScheduleParts, "nemeses" | "ground">,
): ChosenNemesis {
  if (fault.target !== undefined) checkTarget(fault.target, ground.hosts);
  const { nemesis: name, shape } = fault;
  const parameters = Object.entries(fault.parameters ?? {}).map(([key, value]) => [
    `${name}.${key}`,
    String(value),
  ]);
  const asked = {
    nemesis: shape === undefined ? name : `${name}:${shape}`,
    target: fault.target,
    phase: fault.phase ?? undefined,
    parameters: Object.fromEntries(parameters) as Readonly<Record<string, string>>,
  };
  const [chosen] = chooseNemeses(asked, nemeses, ground);
  if (!chosen) throw unknownName("nemesis", name, Object.keys(nemeses));
  return chosen;
}

function clientOf({ client }: ScheduledFault, { hosts }: Ground): string | null {
  if (client == null) return null;
  if (client.startsWith("c") && hosts.includes(client)) return client;
  throw unknownName(
    "client",
    client,
    hosts.filter((name) => name.startsWith("c")),
  );
}

const usage = ({ name }: Schedule, message: string, hint: string): LockjepsenError =>
  new LockjepsenError("usage", `the schedule ${name}: ${message}`, hint);
