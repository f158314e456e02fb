import type { Finding } from "../../../../checker/types.js";
import { length } from "./format.js";
import { coversOf, fate, markName, opName, outcome, type Fault, type Model } from "./model.js";

/** One step of what happened, for the picture and the list below it. Times in µs. */
export interface Moment {
  readonly at: number;
  /** The lane it stands on. */
  readonly lane: string;
  readonly text: string;
  readonly tone: "plain" | "good" | "bad";
  /** It is a write that did as it should: who made it, and which version it became. */
  readonly write?: { readonly client: string; readonly version: number };
}

/** The few seconds that a finding is about. */
export interface Story {
  readonly from: number;
  readonly to: number;
  /** The clients whose grants it is about, the earlier one first. */
  readonly clients: readonly string[];
  /** Those, then others if there were any, then the servers that were hit, then the register. */
  readonly lanes: readonly string[];
  /** Rows of those grants. */
  readonly grants: readonly number[];
  /** Rows of grants that others had meanwhile. */
  readonly others: readonly number[];
  /** Rows of the register's log. */
  readonly writes: readonly number[];
  readonly faults: readonly Fault[];
  readonly moments: readonly Moment[];
}

export const OTHERS = "others";
export const REGISTER = "register";
const MOST_SERVERS = 3;

/** Null: the finding is about no grants that the page knows of, so there is nothing to draw. */
export function tell(model: Model, finding: Finding): Story | null {
  const named = (finding.grants ?? []).map(({ grant }) => model.grantRow.get(grant));
  const grants = [...new Set(named)]
    .filter((row) => row !== undefined)
    .slice(0, 3)
    .toSorted((a, b) => (model.grants.from[a] ?? 0) - (model.grants.from[b] ?? 0));
  if (grants.length === 0) return null;
  const clients = [...new Set(grants.map((row) => clientOf(model, row)))];
  const faults = model.faults.filter(
    (fault) => finding.faults?.includes(fault.summary.id) || grants.some((row) => hits(model, fault, row)),
  );
  const own = untilItsHarm(model, finding, grants, writesOf(model, grants));
  const [from, to] = extent(model, finding, grants, faults, own);
  const within = (at: number): boolean => at >= from && at <= to;
  const lock = model.text(model.grants.lock[grants[0] ?? 0]);

  const writes = rows(model.register.at.length).filter(
    (row) => within(model.register.at[row] ?? 0) && model.text(model.register.lock[row]) === lock,
  );
  const others = rows(model.grants.from.length).filter(
    (row) =>
      !grants.includes(row) &&
      (model.grants.from[row] ?? 0) < to &&
      (model.grants.to[row] ?? 0) > from &&
      model.text(model.grants.lock[row]) === lock,
  );
  const servers = [...new Set(faults.flatMap(({ summary }) => summary.nodes))]
    .filter((node) => model.payload.servers.includes(node))
    .slice(0, MOST_SERVERS);
  const owned = [
    ...grants.flatMap((row) => [...ofGrant(model, row), ...lossOf(model, row)]),
    ...faults.flatMap((fault) => ofFault(fault, [...clients, ...servers])),
    ...own.map((row) => ofWrite(model, row)),
    ...grants.flatMap((row) => readsOf(model, row)),
  ].filter((moment) => within(moment.at));
  const last = Math.max(...owned.map(({ at }) => at));
  const before = others.filter((row) => (model.grants.from[row] ?? 0) < last);
  const moments: readonly Moment[] = [...owned, ...meanwhile(model, finding, grants, before)];
  return {
    from,
    to,
    clients,
    lanes: [...clients, ...(others.length > 0 ? [OTHERS] : []), ...servers, REGISTER],
    grants,
    others,
    writes,
    faults,
    moments: shortened(moments.filter(({ at }) => within(at)).toSorted((a, b) => a.at - b.at)),
  };
}

/** A leader writes all the time: its writes from one step that matters to the next are one step. */
function shortened(moments: readonly Moment[]): readonly Moment[] {
  const steps: Moment[][] = [];
  for (const moment of moments) {
    const before = steps.at(-1);
    const client = before?.[0]?.write?.client;
    if (before && client !== undefined && client === moment.write?.client) before.push(moment);
    else steps.push([moment]);
  }
  return steps.flatMap((step) => {
    const [first, last] = [step[0], step.at(-1)];
    if (step.length < 3 || !first?.write || !last?.write) return step;
    const versions = `${first.write.version} to ${last.write.version}`;
    return [
      {
        ...first,
        text: `${first.write.client}'s writes become versions ${versions}, each computed from the one before`,
      },
    ];
  });
}

/** Whether a fault was in effect on a grant's client while it believed to hold. */
function hits(model: Model, { summary, from, to }: Fault, row: number): boolean {
  const { grants } = model;
  if (!summary.verified || !summary.nodes.includes(clientOf(model, row))) return false;
  return from < (grants.to[row] ?? 0) && to > (grants.from[row] ?? 0);
}

/** The later holder may write for long after it: of that, the first write shows what became of the earlier one's. */
function untilItsHarm(
  model: Model,
  finding: Finding,
  grants: readonly number[],
  writes: readonly number[],
): readonly number[] {
  const { register } = model;
  const later = model.grants.grant[grants.at(-1) ?? 0];
  const over = Math.max(finding.time, finding.until ?? 0) / 1e3;
  const after = writes.filter((row) => register.grant[row] === later && (register.at[row] ?? 0) > over);
  return writes.filter((row) => !after.includes(row) || row === after[0]);
}

/**
 * From the earlier grant to the last of what the finding is about. A grant may be much older than its trouble: then
 * from somewhat before the first thing that matters, so that this does not shrink to a dot.
 */
function extent(
  model: Model,
  finding: Finding,
  grants: readonly number[],
  faults: readonly Fault[],
  writes: readonly number[],
): readonly [from: number, to: number] {
  const begins = grants.map((row) => model.grants.from[row] ?? 0);
  const time = finding.time / 1e3;
  const to = Math.max(
    time,
    (finding.until ?? 0) / 1e3,
    ...begins,
    ...writes.map((row) => model.register.at[row] ?? 0),
  );
  const leases = grants.map((row) => leaseEnd(model, row)).filter((end) => end < to);
  const matters = Math.min(time, ...begins.slice(1), ...leases, ...faults.map((fault) => fault.from));
  const first = Math.max(Math.min(...begins, matters), matters - Math.max(to - matters, SHORTEST));
  const margin = Math.max(SHORTEST / 100, (to - first) * 0.05);
  return [first - margin, to + margin];
}

/** µs. */
const SHORTEST = 200_000;

const leaseEnd = (model: Model, row: number): number =>
  Math.max(...coversOf(model, row).map((cover) => cover[1]));

function ofGrant(model: Model, row: number): readonly Moment[] {
  const { grants, text } = model;
  const client = clientOf(model, row);
  const token = text(grants.token[row]);
  const [from, to] = [grants.from[row] ?? 0, grants.to[row] ?? 0];
  const over = leaseEnd(model, row);
  const granted: Moment = {
    at: from,
    lane: client,
    tone: "plain",
    text: `${client} is granted the lock${token && ` (token ${token})`}`,
  };
  if (over >= to) return [granted];
  return [granted, { at: over, lane: client, tone: "bad", text: `${client}'s lease runs out` }];
}

function lossOf(model: Model, row: number): readonly Moment[] {
  const { marks } = model;
  const client = clientOf(model, row);
  return rows(marks.at.length)
    .filter((mark) => markName(model, mark) === "lost" && marks.grant[mark] === model.grants.grant[row])
    .map((mark) => ({
      at: marks.at[mark] ?? 0,
      lane: client,
      tone: "plain",
      text: `${client} hears that its lock is lost`,
    }));
}

/** `lanes`: those that have one in this picture, of clients and servers. */
function ofFault({ summary, title, from, to }: Fault, lanes: readonly string[]): readonly Moment[] {
  const hit = summary.nodes.filter((node) => lanes.includes(node));
  const [lane] = hit;
  if (lane === undefined) return [];
  const who = hit.join(", ");
  const paused = title === "pause";
  const begins = paused ? "is paused" : `is hit by ${title}`;
  const ends = paused ? `${who} is seen to run again` : `${summary.id} is healed`;
  return [
    { at: from, lane, tone: "plain", text: `${who} ${begins} (${summary.id}), for ${length(to - from)}` },
    { at: to, lane, tone: "plain", text: ends },
  ];
}

function ofWrite(model: Model, row: number): Moment {
  const { register } = model;
  const client = model.payload.clients[register.client[row] ?? -1] ?? "?";
  const [version, parent] = [register.version[row] ?? -1, register.parent[row] ?? -1];
  const about = { at: register.at[row] ?? 0, lane: REGISTER };
  const what = register.read[row] === 1 ? "read" : "write";
  const result = fate(model, row);
  if (result === "refused") return { ...about, tone: "good", text: `the fence refuses ${client}'s ${what}` };
  const skipped = version - 1 - parent;
  const from = parent < 0 ? "" : `, computed from version ${parent}`;
  const over =
    parent < 0 || skipped <= 0
      ? ""
      : `: ${skipped === 1 ? `version ${parent + 1} is` : `versions ${parent + 1} to ${version - 1} are`} written over`;
  const gone = result === "lost" || result === "stale and lost" ? "; it is lost later" : "";
  const bad = skipped > 0 || gone !== "";
  return {
    ...about,
    tone: bad ? "bad" : "plain",
    ...(!bad && result === "applied" && parent >= 0 && what === "write" && { write: { client, version } }),
    text: `${client}'s ${what} becomes version ${version}${from}${over}${gone}`,
  };
}

function readsOf(model: Model, row: number): readonly Moment[] {
  const { ops } = model;
  const grant = model.grants.grant[row];
  const client = clientOf(model, row);
  return (model.opsOf[model.grants.client[row] ?? -1] ?? [])
    .filter((op) => ops.grant[op] === grant && opName(model, op) === "read" && outcome(model, op) === "ok")
    .map((op) => ({
      at: ops.until[op] ?? 0,
      lane: client,
      tone: "plain" as const,
      text: `${client} reads version ${ops.version[op]}`,
    }));
}

/** What others did between the two grants: said once, not grant by grant. */
function meanwhile(
  model: Model,
  finding: Finding,
  grants: readonly number[],
  others: readonly number[],
): readonly Moment[] {
  const first = model.grants.from[grants[0] ?? 0] ?? 0;
  const between = others.filter((row) => (model.grants.from[row] ?? 0) > first);
  if (between.length === 0 || finding.kind === "overlap") return [];
  const names = [...new Set(between.map((row) => clientOf(model, row)))].toSorted();
  const at = Math.min(...between.map((row) => model.grants.from[row] ?? 0));
  const many = between.length === 1 ? "once" : `${between.length} times in all`;
  return [{ at, lane: OTHERS, tone: "plain", text: `meanwhile ${names.join(", ")} held the lock, ${many}` }];
}

function writesOf(model: Model, grants: readonly number[]): readonly number[] {
  const places = new Set(grants.map((row) => model.grants.grant[row]));
  return rows(model.register.at.length).filter((row) => places.has(model.register.grant[row]));
}

const clientOf = (model: Model, row: number): string =>
  model.payload.clients[model.grants.client[row] ?? -1] ?? "?";
const rows = (length: number): readonly number[] => Array.from({ length }, (_, row) => row);
