import { faultTitle } from "../../nemesis/title.js";
import type { FaultSummary, Percentiles } from "../../checker/types.js";
import { formatDuration, formatTime } from "../units.js";
import type { Judged } from "./judged.js";
import { count, percent } from "./text.js";

type Row = readonly [name: string, value: string];

/** The numbers of a run, a line each: what was tried, and what came of it. */
export function figures(judged: Judged): readonly Row[] {
  const { updates } = judged;
  return [
    tested(judged.run),
    ["grants", grants(judged)],
    ["faults", faults(judged.faults)],
    [
      "updates",
      `${updates.acknowledged} acknowledged, ${updates.lost} lost` +
        (updates.lost > 0 ? ` (${percent(updates.lostShare)})` : ""),
    ],
    ...fence(judged),
    ...latency(judged.latency),
  ];
}

function tested(run: Judged["run"]): Row {
  const version = run.version === "unknown" ? "" : ` ${run.version}`;
  const servers = run.nodes === undefined ? "" : `, ${count(run.nodes, "server")}`;
  const fencing = run.fencing === "off" ? "" : `, fencing ${run.fencing}`;
  return [
    "tested",
    `${run.backend}${version}, ${run.lock}${servers}; ${count(run.clients, "client")} of workload ${run.workload}, ` +
      `${run.discipline}${fencing}; TTL ${formatDuration(run.ttlMs)}`,
  ];
}

/** On a calm day none is challenged, and that says nothing. */
function grants({ grants: all, holders, challenged, faults }: Judged): string {
  const to = `${all} to ${count(holders, "client")}`;
  return faults.length === 0 && challenged === 0
    ? to
    : `${to}, ${challenged} of them challenged (put to the test by a fault)`;
}

/** `11 x pause of holder, 10 of them verified`. */
function faults(all: readonly FaultSummary[]): string {
  const kinds = new Map<string, FaultSummary[]>();
  for (const fault of all) {
    const kind = `${faultTitle(fault)} of ${fault.target}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), fault]);
  }
  if (kinds.size === 0) return "none";
  return [...kinds]
    .map(([kind, of]) => {
      const verified = of.filter((fault) => fault.verified).length;
      return `${of.length} x ${kind}, ${verified === of.length ? "all" : `${verified} of them`} verified`;
    })
    .join("; ");
}

function fence({ fence: fenced }: Judged): readonly Row[] {
  if (fenced === null) return [];
  const { refused, wouldRefuse, wouldSave } = fenced;
  if (refused > 0) return [["fence", `refused ${count(refused, "stale request")}`]];
  if (wouldRefuse > 0)
    return [
      [
        "fence",
        `would have refused ${count(wouldRefuse, "stale write")} and saved ${count(wouldSave, "update")} ` +
          "(--fencing on: the store refuses a write whose token is older than one that it has seen)",
      ],
    ];
  return [];
}

/** The operations whose times a reader asks for first; the report has them all. */
const TIMED = ["acquire", "read", "write"] as const;

function latency(of: Judged["latency"]): readonly Row[] {
  const each = TIMED.flatMap((f) => (of[f] && of[f].count > 0 ? [[f, of[f]] as const] : []));
  if (each.length === 0) return [];
  return [["latency", `${each.map(([f, times]) => `${f} ${typical(times)}`).join("; ")} (median, 99 %)`]];
}

const typical = ({ p50, p99 }: Percentiles): string => `${formatTime(p50)}, ${formatTime(p99)}`;
