import { length, moment } from "../format.js";
import { coversOf, fate, markName, opName, outcome, type Model } from "../model.js";
import type { Item } from "./item.js";

export interface Description {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

/** Everything that is known of an item, in the record's own words. */
export function describe(model: Model, item: Item): Description {
  const { title, rows } = parts(model, item);
  return { title, rows: rows.filter(([, value]) => value !== "") };
}

function parts(model: Model, { kind, row }: Item): Description {
  switch (kind) {
    case "op":
      return describeOp(model, row);
    case "grant":
      return describeGrant(model, row);
    case "write":
      return describeWrite(model, row);
    case "mark":
      return describeMark(model, row);
    case "fault":
      return describeFault(model, row);
  }
}

const OUTCOME_WORDS = {
  ok: "ok: it happened",
  fail: "fail: it certainly did not happen",
  info: "info: nobody knows whether it happened",
};
const FATE_WORDS = {
  applied: "applied",
  refused: "refused by the fence",
  lost: "applied, acknowledged, and lost later",
  stale: "stale: applied after a later grant had been there",
  "stale and lost": "stale, and lost later",
};

const ENDED_WORDS: Readonly<Record<string, string>> = {
  release: "its release",
  lost: "its word that the lock is lost",
  kill: "its death",
  "last-event": "its last sign of life",
};

function describeOp(model: Model, row: number): Description {
  const { ops, text } = model;
  const start = ops.at[row] ?? 0;
  const lasts = ops.lasts[row] ?? -1;
  const result = outcome(model, row);
  const index = ops.index[row] ?? 0;
  return {
    title: `${client(model, ops.client[row])} ${opName(model, row)}`,
    rows: [
      ["outcome", OUTCOME_WORDS[result]],
      ["error", text(ops.error[row])],
      ["time", lasts < 0 ? `${moment(start)}, no answer` : `${moment(start)} to ${moment(start + lasts)}`],
      ["took", lasts < 0 ? "" : length(lasts)],
      ["process", String(ops.process[row])],
      ["lock", text(ops.lock[row])],
      ["grant", text(ops.grant[row])],
      ["token", text(ops.token[row])],
      ["valid until", at(ops.validUntil[row])],
      ["version", number(ops.version[row])],
      ["computed from", version(ops.parent[row])],
      ["write", text(ops.id[row])],
      ["value", text(ops.value[row])],
      ["final", ops.final[row] === 1 ? "asked after all faults were healed" : ""],
      ["events", lasts < 0 ? `${index}` : `${index}, ${index + (ops.after[row] ?? 0)}`],
    ],
  };
}

function describeGrant(model: Model, row: number): Description {
  const { grants, text } = model;
  const [from, to] = [grants.from[row] ?? 0, grants.to[row] ?? 0];
  const leaseEnd = Math.max(...coversOf(model, row).map((cover) => cover[1]), from);
  const over = to - leaseEnd;
  return {
    title: `${client(model, grants.client[row])} believes to hold ${text(grants.lock[row])}`,
    rows: [
      ["time", `${moment(from)} to ${moment(to)}`],
      ["for", length(to - from)],
      ["ended by", ENDED_WORDS[text(grants.ended[row])] ?? ""],
      [
        "lease good until",
        leaseEnd >= model.payload.end ? "the end of the run, or longer" : moment(leaseEnd),
      ],
      ["beyond its lease", over > 0 ? length(over) : ""],
      ["token", text(grants.token[row])],
      ["grant", text(grants.grant[row])],
      ["process", String(grants.process[row])],
    ],
  };
}

function describeWrite(model: Model, row: number): Description {
  const { register, text } = model;
  return {
    title: `Register: ${register.read[row] === 1 ? "read" : "write"} of ${client(model, register.client[row])}`,
    rows: [
      ["fate", FATE_WORDS[fate(model, row)]],
      ["error", text(register.error[row])],
      ["time", moment(register.at[row] ?? 0)],
      ["version", number(register.version[row])],
      ["computed from", version(register.parent[row])],
      ["write", text(register.id[row])],
      ["token shown", text(register.token[row])],
      ["grant", text(register.grant[row])],
      ["process", String(register.process[row])],
      ["lock", text(register.lock[row])],
      ["event", String(register.index[row])],
    ],
  };
}

function describeMark(model: Model, row: number): Description {
  const { marks, text } = model;
  const owner = marks.client[row] ?? -1;
  return {
    title: `${owner < 0 ? "Run" : client(model, owner)}: ${markName(model, row)}`,
    rows: [
      ["what", text(marks.text[row])],
      ["time", moment(marks.at[row] ?? 0)],
      ["valid until", at(marks.validUntil[row])],
      ["grant", text(marks.grant[row])],
      ["process", number(marks.process[row])],
      ["event", String(marks.index[row])],
    ],
  };
}

function describeFault(model: Model, row: number): Description {
  const fault = model.faults[row];
  if (!fault) return { title: "", rows: [] };
  const { summary, title, from, to } = fault;
  return {
    title: `Fault ${summary.id}: ${title}`,
    rows: [
      ["hits", summary.nodes.join(", ")],
      ["target", summary.target],
      ["time", `${moment(from)} to ${moment(to)}`],
      ["for", length(to - from)],
      ["verified", summary.verified ? "yes" : "no"],
      ["evidence", summary.evidence],
    ],
  };
}

const client = (model: Model, place: number | undefined): string => model.payload.clients[place ?? -1] ?? "?";
const number = (value: number | undefined): string => (value === undefined || value < 0 ? "" : String(value));
const version = (value: number | undefined): string => (number(value) === "" ? "" : `version ${value}`);
const at = (us: number | undefined): string => (us === undefined || us < 0 ? "" : moment(us));
