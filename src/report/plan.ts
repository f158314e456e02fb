import type { Plan, PlannedFault } from "../plan/types.js";
import { planWarnings } from "../plan/warnings.js";
import { formatDuration, formatRange, formatTime } from "../units.js";
import type { Output } from "./io.js";
import { count, fields, table, wrap } from "./text.js";

const REGISTER: Readonly<Record<Plan["register"], string>> = {
  embedded: "",
  postgres: ", the protected value in a PostgreSQL table",
  service: ", the protected value in the service's own table",
};

/** What a run would do, for people. */
export function planText(plan: Plan, { colours, columns }: Pick<Output, "colours" | "columns">): string {
  const { backend, judge } = plan;
  const rows: readonly (readonly [string, string])[] = [
    ["backend", `${backend.name} ${backend.version ?? "(version on PATH, else this system's package)"}`],
    [
      "lock",
      `${judge.recipe}, TTL ${formatDuration(judge.ttlMs)}, fencing ${judge.fencing}${REGISTER[plan.register]}`,
    ],
    ["servers", `${backend.nodes}, runtime ${plan.runtime}${settings(backend.settings)}`],
    [
      "clients",
      `${plan.clients} of workload ${plan.workload} on ${count(judge.locks.length, "lock")} for ${formatDuration(plan.durationMs)}, ` +
        `holding ${formatRange(plan.holdMs)}, waiting up to ${formatDuration(plan.waitMs)}, ${judge.discipline}`,
    ],
    ["seed", String(plan.seed)],
    ...othersWords(plan),
    ["faults", plan.faults.length === 0 ? "none" : String(plan.faults.length)],
  ];
  const lines = [
    ...fields(rows, { width: columns, indent: 0, name: colours.dim }),
    ...table(plan.faults.map(faultRow)).map((row) => `  ${row}`),
    ...planWarnings(plan).map((text) => `${colours.yellow("!")} ${wrap(text, columns - 2).join("\n  ")}`),
    `${colours.dim("again  ")}  ${plan.command}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** What nobody typed, and no default either: an environment or a config is easily forgotten. */
function othersWords({ sources = {} }: Plan): readonly (readonly [string, string])[] {
  const said = (["environment", "config", "schedule"] as const).flatMap((source) => {
    const names = Object.keys(sources).filter((name) => sources[name] === source);
    return names.length === 0 ? [] : [`${names.join(", ")} by the ${source}`];
  });
  return said.length === 0 ? [] : [["said", said.join("; ")]];
}

const faultRow = (fault: PlannedFault): readonly string[] => [
  fault.id,
  `at ${formatTime(fault.atMs)}`,
  `${fault.nemesis}:${fault.shape} of ${fault.target}${fault.phase === null ? "" : ` ${fault.phase}`}`,
  `for ${formatTime(fault.durationMs)}`,
];

function settings(all: Readonly<Record<string, string>>): string {
  // An empty one is left to the server.
  return Object.entries(all)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `, ${key}=${value}`)
    .join("");
}
