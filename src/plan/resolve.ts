import { PHASES } from "../../nemesis/types.js";
import type { Nemesis, Phase, Target } from "../../nemesis/types.js";
import type { Workload } from "../../workloads/types.js";
import type { Backend, Recipe } from "../backends/types.js";
import { LockjepsenError } from "../error.js";
import type { Discipline, Fencing } from "../history/context.js";
import { unknownName } from "../suggest.js";
import { formatDuration } from "../units.js";
import { parseBackend } from "./backend.js";
import { DEFAULTS, NO_NEMESIS } from "./defaults.js";
import { usualDuration, type ChosenNemesis } from "./faults.js";
import { checkTarget, chooseNemeses, type Ground } from "./nemeses.js";
import type { RunOptions } from "./options.js";
import type { Schedule } from "./schedule-file.js";
import { chosenOf } from "./scheduled.js";
import { settingsOf } from "./settings.js";
import type { Range, RegisterKind } from "./types.js";

/** What plans are made of: the plugins at hand. */
export interface PlanParts {
  readonly backend: Backend;
  readonly nemeses: Readonly<Record<string, Nemesis>>;
  readonly workloads: Readonly<Record<string, Workload>>;
  readonly runtime: "local" | "docker";
  /** lockjepsen's own. */
  readonly version: string;
}

/** Options with every default in its place, checked against what backend and recipe can do. */
export interface Resolved {
  /** As it was asked for: a name, or somebody's own module, with or without a version. */
  readonly backend: string;
  readonly version: string | null;
  readonly recipe: Recipe;
  readonly faults: ResolvedFaults;
  readonly workload: Workload;
  /** The workload of a run of these faults that does not ask for another. */
  readonly usualWorkload: string;
  readonly register: RegisterKind;
  readonly fencing: Fencing;
  readonly discipline: Discipline;
  readonly settings: Readonly<Record<string, string>>;
  readonly ttlMs: number;
  readonly holdMs: Range;
  readonly nodes: number;
  readonly concurrency: number;
  readonly locks: number;
  readonly durationMs: number;
  /** What that is where it is not asked for. */
  readonly usualDurationMs: number;
  /** As it was asked for. */
  readonly runtime: "auto" | "docker" | "local";
  readonly image: string | undefined;
}

/** Which faults come: drawn from the seed, or as a schedule has them. */
export interface ResolvedFaults {
  /** As it was asked for: `pause,partition:halves`. */
  readonly nemesis: string;
  readonly chosen: readonly ChosenNemesis[];
  /** As asked for; undefined: as each has it. */
  readonly target: Target | undefined;
  readonly phase: Phase | undefined;
  readonly intervalMs: number;
  readonly lastsMs: Range | null;
  readonly overlap: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly schedule: Schedule | null;
  readonly ground: Ground;
}

/** Throws a usage error for the first thing that cannot be. */
export function resolve(options: RunOptions, parts: PlanParts): Resolved {
  const { backend } = parts;
  const { version } = parseBackend(options.backend);
  checkVersion(version, backend);
  const recipe = pick(`lock of ${backend.name}`, options.lock ?? backend.defaultRecipe, backend.recipes);
  const able = recipe.nodes ?? backend.nodes;
  const nodes = integer("--nodes", options.nodes ?? able.default, able);
  const concurrency = integer("--concurrency", options.concurrency ?? DEFAULTS.concurrency, {
    min: 1,
    max: 100,
  });
  const hosts = [...named("n", nodes), ...named("c", concurrency)];
  const faults = faultOptions(options, parts, recipe, { backend, nodes, hosts });
  const usualWorkload =
    faults.chosen.map(({ nemesis }) => nemesis.workload).find((name) => name !== undefined) ??
    DEFAULTS.workload;
  const settings = settingsOf(backend, options.set ?? {});
  const ttlMs = ttlOf(options.ttlMs, recipe, backend.ttlLimits?.(settings));
  const usualDurationMs =
    faults.schedule === null
      ? Math.min(LONGEST_MS, usualDuration({ ...faults, ttlMs }, DEFAULTS.durationMs))
      : DEFAULTS.durationMs;
  return {
    backend: options.backend,
    version,
    recipe,
    faults,
    workload: pick("workload", options.workload ?? usualWorkload, parts.workloads),
    usualWorkload,
    register: registerOf(options.register, parts, recipe),
    fencing: fencingOf(options.fencing ?? (recipe.stands ? "on" : DEFAULTS.fencing), backend, recipe),
    discipline: options.discipline ?? DEFAULTS.discipline,
    settings,
    ttlMs,
    holdMs: options.holdMs ?? DEFAULTS.holdMs,
    nodes,
    concurrency,
    locks: integer("--locks", options.locks ?? DEFAULTS.locks, { min: 1, max: 1_000 }),
    durationMs: duration("--duration", options.durationMs ?? usualDurationMs),
    usualDurationMs,
    runtime: options.runtime ?? "auto",
    image: imageOf(options.image, parts.runtime),
  };
}

/** `named("c", 2)`: the names of hosts and of locks, as runtimes and workers know them. */
export const named = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);

/** Whether it can be had shows when it is looked for: on PATH may be one that no package holds. */
function checkVersion(version: string | null, { name, software }: Backend): void {
  if (version === null || /^\d+(\.\d+)*$/.test(version)) return;
  const offered = Object.keys(software.versions).map((each) => `${name}@${each}`);
  const such = offered.length > 0 ? `: ${offered.join(", ")}` : ", or leave it out";
  throw usage(`"${version}" is no version of ${name}`, `write digits and dots${such}`);
}

function faultOptions(
  options: RunOptions,
  { nemeses }: PlanParts,
  recipe: Recipe,
  ground: Ground,
): ResolvedFaults {
  const { target, phase, schedule = null } = options;
  const nemesis = options.nemesis ?? DEFAULTS.nemesis;
  const drawn = {
    nemesis: options.nemesis,
    target,
    phase,
    interval: options.intervalMs,
    fault: options.fault,
    "fault-duration": options.faultMs,
    overlap: options.overlap,
  };
  const given = Object.entries(drawn).filter(([, value]) => value !== undefined);
  const [idle] = given.find(([name]) => name !== "nemesis") ?? [];
  if (schedule !== null && given.length > 0)
    throw usage(
      `--${given[0]?.[0]} and --schedule: a schedule says all of its faults itself`,
      "leave one out",
    );
  if (schedule === null && nemesis === NO_NEMESIS && idle !== undefined)
    throw usage(`--${idle} without a nemesis has no effect`, `add --nemesis, or leave --${idle} out`);
  if (target !== undefined) checkTarget(target, ground.hosts);
  if (phase !== undefined) known("phase", phase, PHASES);
  const parameters = options.fault ?? {};
  const chosen =
    schedule === null
      ? chooseNemeses({ nemesis, target, phase, parameters }, nemeses, ground)
      : schedule.faults.map((fault) => chosenOf(fault, { nemeses, ground }));
  const phases = chosen.flatMap(({ shapes }) => shapes.map((shape) => shape.phase));
  if (phases.includes("renewing") && recipe.promises.renewals !== "visible")
    throw usage(
      `${ground.backend.name} ${recipe.name}: its renewals cannot be seen, so no fault can aim at them`,
      `take another --phase: ${PHASES.filter((other) => other !== "renewing").join(", ")}`,
    );
  return {
    nemesis,
    chosen,
    target,
    phase,
    intervalMs: duration("--interval", options.intervalMs ?? DEFAULTS.intervalMs),
    lastsMs: options.faultMs ?? null,
    overlap: options.overlap ?? false,
    parameters,
    schedule,
    ground,
  };
}

function imageOf(image: string | undefined, runtime: PlanParts["runtime"]): string | undefined {
  if (image === undefined || runtime === "docker") return image;
  throw usage(
    `--image ${image} needs containers, and the runtime is ${runtime}`,
    "take --runtime docker, or leave --image out",
  );
}

function ttlOf(given: number | undefined, recipe: Recipe, limits?: Range): number {
  const { step, default: usual } = recipe.promises.ttl;
  const { min, max } = limits ?? recipe.promises.ttl;
  const ttlMs = given ?? Math.min(Math.max(usual, min), max);
  if (!(ttlMs >= min && ttlMs <= max))
    throw usage(
      `--ttl ${formatDuration(ttlMs)} is out of range for ${recipe.name}`,
      `take ${formatDuration(min)} to ${formatDuration(max)}`,
    );
  if (ttlMs % step !== 0)
    throw usage(
      `--ttl ${formatDuration(ttlMs)}: ${recipe.name} takes leases in steps of ${formatDuration(step)}`,
      `take ${formatDuration(Math.max(min, Math.floor(ttlMs / step) * step))} or ${formatDuration(Math.ceil(ttlMs / step) * step)}`,
    );
  return ttlMs;
}

function registerOf(
  given: RunOptions["register"],
  { backend, runtime }: PlanParts,
  recipe: Recipe,
): RegisterKind {
  if (recipe.resource !== undefined && given === undefined) return "service";
  if (given === "postgres" && runtime === "docker")
    throw usage("--register postgres: beside containers there is no database", "take --runtime local");
  if (recipe.resource === undefined) return given ?? DEFAULTS.register;
  throw usage(
    `--register ${given}: ${backend.name} ${recipe.name} is a way to keep the value, with the service itself`,
    "leave it out",
  );
}

function fencingOf(fencing: Fencing, backend: Backend, recipe: Recipe): Fencing {
  if (recipe.promises.token !== null || fencing === "off" || fencing === "identity") return fencing;
  const able = Object.values(backend.recipes).filter((other) => other.promises.token !== null);
  throw usage(
    `--fencing ${fencing}: ${backend.name} ${recipe.name} hands out no token to fence with`,
    able.length > 0
      ? `take --lock ${able.map((other) => other.name).join(" or ")}, or --fencing identity`
      : "take --fencing off or identity",
  );
}

function integer(option: string, value: number, { min, max }: Range): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw usage(`${option} ${value} is out of range`, `take a whole number from ${min} to ${max}`);
}

/** A week fits any purpose, and stays far below what timers can count (24.8 days). */
const LONGEST_MS = 7 * 24 * 3_600_000;

function duration(option: string, ms: number): number {
  if (ms >= 1_000 && ms <= LONGEST_MS) return ms;
  throw usage(`${option} ${formatDuration(ms)} is out of range`, `take 1s to ${formatDuration(LONGEST_MS)}`);
}

function pick<T>(what: string, name: string, all: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found === undefined) throw unknownName(what, name, Object.keys(all));
  return found;
}

function known(what: string, name: string, all: readonly string[]): void {
  if (!all.includes(name)) throw unknownName(what, name, all);
}

const usage = (message: string, hint: string): LockjepsenError => new LockjepsenError("usage", message, hint);
