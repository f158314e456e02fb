import type { RunOptions } from "./options.js";

/** Who said what an option is: the command line, a variable, a config, a schedule, a program's call; or nobody. */
export const SOURCES = ["flag", "environment", "config", "schedule", "program", "default"] as const;
export type Source = (typeof SOURCES)[number];

/** What a plan is made of, by its names on the command line. */
const PLANNED = {
  backend: "backend",
  lock: "lock",
  ttl: "ttlMs",
  nodes: "nodes",
  set: "set",
  nemesis: "nemesis",
  target: "target",
  phase: "phase",
  interval: "intervalMs",
  "fault-duration": "faultMs",
  overlap: "overlap",
  fault: "fault",
  schedule: "schedule",
  workload: "workload",
  register: "register",
  fencing: "fencing",
  discipline: "discipline",
  hold: "holdMs",
  concurrency: "concurrency",
  locks: "locks",
  duration: "durationMs",
  seed: "seed",
  runtime: "runtime",
  image: "image",
} as const satisfies Readonly<Record<string, keyof RunOptions>>;

/** Where each option of a run has its value from. */
export function sourcesOf(options: RunOptions): Readonly<Record<string, Source>> {
  return Object.fromEntries(
    Object.entries(PLANNED).map(([name, key]) => [
      name,
      options[key] === undefined ? "default" : sourceOf(options, name),
    ]),
  );
}

/** What nobody said to the command line was drawn, or counted on, by itself. */
const sourceOf = ({ sources }: RunOptions, name: string): Source =>
  sources === undefined ? "program" : (sources[name] ?? "default");

/** The options that a schedule speaks of. */
export const namesOf = (options: Partial<RunOptions>): readonly string[] =>
  Object.entries(PLANNED).flatMap(([name, key]) => (options[key] === undefined ? [] : [name]));
