import type { InferredOptionTypes } from "yargs";
import { PHASES, TARGETS } from "../../nemesis/types.js";
import { LockjepsenError } from "../error.js";
import { ASKED_REGISTERS, DEFAULTS, DISCIPLINES, FENCINGS, RUNTIMES } from "../plan/defaults.js";
import type { RunOptions } from "../plan/options.js";
import { didYouMean } from "../suggest.js";
import { formatDuration, formatRange, parseDuration, parseRange } from "../units.js";
import type { OptionTable } from "./command.js";
import { EXPECTATIONS } from "./exit.js";
import { parseBackend } from "../plan/backend.js";
import { namesOf } from "../plan/sources.js";
import type { Said } from "./said.js";

const text = (group: string, describe: string, usual?: string) =>
  ({
    type: "string",
    requiresArg: true,
    group: `${group}:`,
    describe: usual === undefined ? describe : `${describe} [${usual}]`,
  }) as const;
const flag = (group: string, describe: string) =>
  ({ type: "boolean", group: `${group}:`, describe }) as const;
const one = (words: readonly string[]): string => words.join(" | ");

/** The options of `run`. All are text: what they mean is read below, where errors can say how to mend them. */
export const RUN_OPTIONS = {
  backend: { ...text("Lock", "lock service, name[@version]: see `lockjepsen list backends`"), alias: "b" },
  lock: { ...text("Lock", "lock recipe", "the backend's"), alias: "l" },
  ttl: text("Lock", "lease of the lock", "the recipe's"),
  nodes: text("Lock", "servers", "the backend's"),
  set: { ...text("Lock", "server setting, backend.key=value; may be repeated"), array: true },
  nemesis: {
    ...text("Faults", "name[:shape][,...] | all: see `lockjepsen list nemeses`", DEFAULTS.nemesis),
    alias: "n",
  },
  target: text("Faults", `who is hit: ${one(TARGETS)} | nodes' names: n1,c2`, "the fault's"),
  phase: text("Faults", `lands when a holder gets there: ${one(PHASES)}`, "the fault's"),
  interval: text("Faults", "from one fault to the next", formatDuration(DEFAULTS.intervalMs)),
  "fault-duration": text("Faults", "how long each lasts, drawn from this range", "the fault's"),
  overlap: flag("Faults", "a fault may begin before the one before is healed"),
  fault: { ...text("Faults", "what a fault is like, nemesis.key=value; may be repeated"), array: true },
  schedule: text(
    "Faults",
    "exact faults: a name of `lockjepsen list schedules`, a file, or an earlier plan.json",
  ),
  workload: {
    ...text(
      "Clients",
      "what is done inside the lock: see `lockjepsen list workloads`",
      "the fault's, mostly set",
    ),
    alias: "w",
  },
  register: text(
    "Clients",
    `where the protected value is: ${one(ASKED_REGISTERS)} (a table)`,
    DEFAULTS.register,
  ),
  fencing: text("Clients", `what the register checks: ${one(FENCINGS)}`, DEFAULTS.fencing),
  discipline: text(
    "Clients",
    `whether a holder looks at its lease: ${one(DISCIPLINES)}`,
    DEFAULTS.discipline,
  ),
  hold: text("Clients", "how long a lock is held, drawn from this range", formatRange(DEFAULTS.holdMs)),
  concurrency: text("Clients", "client processes", String(DEFAULTS.concurrency)),
  locks: text("Clients", "locks, each with a register of its own", String(DEFAULTS.locks)),
  duration: text(
    "Run",
    "how long clients work",
    `${formatDuration(DEFAULTS.durationMs)}, or time for five faults where these are longer`,
  ),
  seed: text("Run", "fixes who is hit, when and how long; not the operating system's schedule", "random"),
  runtime: text("Run", `where servers run: ${one(RUNTIMES)}`, "auto"),
  image: text("Run", "container image to take instead of ours"),
  repeat: text("Run", "run so many times, with seed, seed+1, ..., and tell the rate"),
  until: text("Run", `repeat until a run is ${one(EXPECTATIONS)}, at most --repeat times`, "at most 20"),
  expect: text("Run", `exit 0 if this is the verdict, 1 if the other: ${one(EXPECTATIONS)}`, "valid"),
  bail: flag("Run", "end at the first violation that is seen: heal, save, judge"),
  "keep-cluster": flag("Run", "leave the servers running; `lockjepsen clean` ends them"),
  "dry-run": flag("Run", "print the plan and stop"),
  output: text("Output", "directory for results", DEFAULTS.output),
  json: flag("Output", "print the verdict as JSON; one document a line with --repeat"),
  reporter: text(
    "Output",
    "terminal, json[=FILE], junit[=FILE], github, markdown[=FILE], html[=FILE]; several by commas",
    "terminal",
  ),
  config: text(
    "Output",
    "whose `defaults`, `plugins`, `reporters` and `budgets` hold",
    "lockjepsen.config.*, if there is one",
  ),
  quiet: flag("Output", "print the result alone"),
} as const satisfies OptionTable;

export type RunWords = Partial<InferredOptionTypes<typeof RUN_OPTIONS>>;

/**
 * What was typed, as options of a run; `scheduled`: what its schedule says; `sources`: who said what. Throws a usage
 * error for the first word that means nothing.
 */
export function toRunOptions(
  words: RunWords,
  scheduled: Partial<RunOptions> = {},
  sources?: Said["sources"],
): RunOptions {
  const backend = words.backend ?? scheduled.backend;
  if (backend === undefined)
    throw usage(
      "which lock service? --backend is missing",
      "name one: --backend etcd; all: `lockjepsen list backends`",
    );
  if (scheduled.backend !== undefined && parseBackend(backend).name !== scheduled.backend)
    throw usage(
      `--schedule ${words.schedule} is made for ${scheduled.backend}, not for ${backend}`,
      `take --backend ${scheduled.backend}, or a schedule file of your own`,
    );
  return {
    ...scheduled,
    backend,
    ...(sources && {
      sources: {
        ...Object.fromEntries(namesOf(scheduled).map((name) => [name, "schedule"] as const)),
        ...sources,
      },
    }),
    ...given({
      lock: words.lock,
      nemesis: words.nemesis,
      target: words.target,
      faultMs:
        words["fault-duration"] === undefined
          ? undefined
          : parseRange(words["fault-duration"], "--fault-duration"),
      overlap: words.overlap,
      fault: words.fault && pairs("fault", words.fault, "nemesis.key=value: --fault clock.offset=10h"),
      phase: choice("phase", words.phase, PHASES),
      intervalMs: duration("interval", words.interval),
      workload: words.workload,
      register: choice("register", words.register, ASKED_REGISTERS),
      fencing: choice("fencing", words.fencing, FENCINGS),
      discipline: choice("discipline", words.discipline, DISCIPLINES),
      set: words.set && pairs("set", words.set, "backend.key=value: --set etcd.heartbeat-interval=50"),
      ttlMs: duration("ttl", words.ttl),
      holdMs: words.hold === undefined ? undefined : parseRange(words.hold, "--hold"),
      nodes: integer("nodes", words.nodes),
      concurrency: integer("concurrency", words.concurrency),
      locks: integer("locks", words.locks),
      durationMs: duration("duration", words.duration),
      seed: integer("seed", words.seed),
      runtime: choice("runtime", words.runtime, RUNTIMES),
      image: words.image,
      output: words.output,
      bail: words.bail,
      keepCluster: words["keep-cluster"],
      config: words.config,
    }),
  };
}

/** A word out of a few, or a usage error that says what was probably meant. */
export function choice<T extends string>(
  option: string,
  word: string | undefined,
  words: readonly T[],
): T | undefined {
  const found = words.find((each) => each === word);
  if (found !== undefined || word === undefined) return found;
  throw usage(`unknown --${option} "${word}"`, didYouMean(word, words));
}

export function integer(option: string, word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw usage(`--${option}: "${word}" is not a whole number, 0 or more`, `write digits: --${option} 5`);
}

const duration = (option: string, word: string | undefined): number | undefined =>
  word === undefined ? undefined : parseDuration(word, `--${option}`);

/** `key=value` words; `example` tells how to write them. */
function pairs(option: string, words: readonly string[], example: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const [, key, value] = /^([^=\s]+)=(.*)$/s.exec(word) ?? [];
      if (key !== undefined && value !== undefined) return [key, value];
      throw usage(`--${option} "${word}" sets nothing`, `write ${example}`);
    }),
  );
}

/** Without what is undefined: an option that was not given is absent. */
function given<T extends object>(options: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const usage = (message: string, hint: string): LockjepsenError => new LockjepsenError("usage", message, hint);
