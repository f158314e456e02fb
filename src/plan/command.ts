import type { Backend } from "../backends/types.js";
import { formatDuration, formatRange } from "../units.js";
import { DEFAULTS } from "./defaults.js";
import type { RunOptions } from "./options.js";
import type { Resolved } from "./resolve.js";

/**
 * The command line that repeats a run: only what differs from the defaults, and the seed; under a config also what was
 * said for all that, or the config's own word would take its place.
 */
export function commandLine(
  options: Resolved,
  backend: Backend,
  seed: number,
  { config, set, sources = {} }: Pick<RunOptions, "config" | "set" | "sources"> = {},
): string {
  const argv = ["--backend", options.backend];
  const configured = config !== undefined || Object.values(sources).includes("config");
  const say = (option: string, value: string | number, usual: string | number): void => {
    if (value !== usual || (configured && value !== "" && option in sources))
      argv.push(`--${option}`, String(value));
  };
  say("lock", options.recipe.name, backend.defaultRecipe);
  const { faults } = options;
  say("nemesis", faults.nemesis, DEFAULTS.nemesis);
  say("target", faults.target ?? "", "");
  say("phase", faults.phase ?? "", "");
  say("interval", formatDuration(faults.intervalMs), formatDuration(DEFAULTS.intervalMs));
  say("fault-duration", faults.lastsMs === null ? "" : formatRange(faults.lastsMs), "");
  if (faults.overlap) argv.push("--overlap");
  else if (configured && "overlap" in sources) argv.push("--no-overlap");
  for (const [key, value] of Object.entries(faults.parameters)) argv.push("--fault", `${key}=${value}`);
  say("schedule", faults.schedule?.name ?? "", "");
  say("workload", options.workload.name, options.usualWorkload);
  if (options.register !== "service") say("register", options.register, DEFAULTS.register);
  say("fencing", options.fencing, DEFAULTS.fencing);
  say("discipline", options.discipline, DEFAULTS.discipline);
  for (const [key, value] of Object.entries(options.settings))
    if (value !== backend.settings[key]?.default || (configured && `${backend.name}.${key}` in (set ?? {})))
      argv.push("--set", `${backend.name}.${key}=${value}`);
  say("ttl", formatDuration(options.ttlMs), formatDuration(options.recipe.promises.ttl.default));
  say("hold", formatRange(options.holdMs), formatRange(DEFAULTS.holdMs));
  say("nodes", options.nodes, (options.recipe.nodes ?? backend.nodes).default);
  say("concurrency", options.concurrency, DEFAULTS.concurrency);
  say("locks", options.locks, DEFAULTS.locks);
  say("duration", formatDuration(options.durationMs), formatDuration(options.usualDurationMs));
  say("runtime", options.runtime, "auto");
  say("image", options.image ?? "", "");
  say("config", config ?? "", "");
  argv.push("--seed", String(seed));
  return ["npx lockjepsen run", ...argv.map(shellQuote)].join(" ");
}

/** One word for a POSIX shell. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
