import { factsOf } from "../../../checker/facts/index.js";
import { overlapsOf } from "../../../checker/overlaps.js";
import type { Finding } from "../../../checker/types.js";
import { nemeses } from "../../../nemesis/index.js";
import { faultTitle } from "../../../nemesis/title.js";
import { isClientEvent, type HistoryEvent } from "../../history/event.js";
import { headline } from "../headline.js";
import type { RunResult } from "../types.js";
import { citedEvents } from "./cited.js";
import { micros } from "./columns.js";
import { chooseDrawn } from "./drawn.js";
import { grantColumns, overlapColumns } from "./grants.js";
import { markColumns } from "./marks.js";
import { opColumns } from "./operations.js";
import type { Payload } from "./payload.js";
import { registerColumns } from "./register.js";
import { makeSeries } from "./series.js";
import { createStrings } from "./strings.js";

const MOST_FINDINGS = 3_000;

/** Everything that the page shows, from everything that is known of a run. */
export function buildPayload(result: RunResult): Payload {
  const { plan, environment, history, document } = result;
  const { events } = history;
  const findings = mostTelling(document.findings);
  const strings = createStrings();
  const clients = namesOf(history.context.clients, events, "client");
  const locks = namesOf(history.context.locks, events, "lock");
  const facts = factsOf(history);
  const end = micros(facts.end);
  const drawn = chooseDrawn(facts.operations, findings, end);
  return {
    version: 1,
    headline: headline(document),
    document: { ...document, findings },
    plan,
    environment,
    end,
    clients,
    locks,
    servers: serversHit(
      document.faults.flatMap((fault) => fault.nodes),
      clients,
    ),
    colours: Object.fromEntries(Object.values(nemeses).map(({ name, colour }) => [name, colour])),
    faultTitles: Object.fromEntries(document.faults.map((fault) => [fault.id, faultTitle(fault)])),
    ops: opColumns(facts.operations, drawn, clients, strings),
    ...grantColumns(facts.grants, drawn, clients, strings, end),
    overlaps: overlapColumns(overlapsOf(facts), drawn, locks),
    register: registerColumns(events, facts, document.findings, drawn, clients, strings),
    marks: markColumns(events, drawn, clients, strings),
    series: makeSeries(facts.operations, end),
    cited: citedEvents(findings, events),
    drawn,
    strings: strings.list,
  };
}

/** A page with thousands of explanations is read by nobody. `counts` still tells of all. */
function mostTelling(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MOST_FINDINGS) return findings;
  const notes = (finding: Finding): number => Number(finding.severity === "note");
  return findings.toSorted((a, b) => notes(a) - notes(b)).slice(0, MOST_FINDINGS);
}

/** Those that the plan names, then whoever else turns up in the record. */
function namesOf(
  planned: readonly string[],
  events: readonly HistoryEvent[],
  of: "client" | "lock",
): readonly string[] {
  return [...new Set([...planned, ...events.filter(isClientEvent).map((event) => event[of])])];
}

function serversHit(nodes: readonly string[], clients: readonly string[]): readonly string[] {
  return [...new Set(nodes)].filter((node) => !clients.includes(node)).toSorted();
}
