import type { Op } from "../../src/history/pairs.js";
import type { Discipline } from "../../src/history/context.js";
import {
  isClientEvent,
  type ClientEvent,
  type GrantId,
  type HistoryEvent,
  type Nanos,
  type ProcessId,
} from "../../src/history/event.js";
import { LockjepsenError } from "../../src/error.js";
import { clip, type Interval } from "../intervals.js";
import type { FaultSummary } from "../types.js";
import { coverageOf, renewalsOf, type Renewal } from "./lease.js";

/** One successful acquire, with all that is known of the hold. */
export interface GrantFact extends Interval {
  readonly id: GrantId;
  readonly lock: string;
  readonly client: string;
  readonly process: ProcessId;
  readonly token: bigint | null;
  /** What holds it at the service, where the record names it. */
  readonly session: string | null;
  readonly acquire: Op & { readonly completion: ClientEvent };
  readonly release: Op | null;
  /** Its client's word that the lock is lost, if it came to that. */
  readonly lost: ClientEvent | null;
  /** Belief: from the acquire's `ok` (`from`) until `to`, for this reason. */
  readonly ended: "release" | "lost" | "kill" | "last-event";
  /** The last event of the belief. */
  readonly last: ClientEvent;
  /** Those that were acknowledged, in order of sending. */
  readonly renewals: readonly Renewal[];
  /** When the service had promised it. */
  readonly coverage: readonly Interval[];
  /** When it rightly held: belief within coverage. */
  readonly cores: readonly Interval[];
  /** Asked for after the healing: looks for orphans, and is no part of the workload. */
  readonly final: boolean;
}

/** Grants in order of their `ok`. */
export function grantsOf(
  events: readonly HistoryEvent[],
  operations: readonly Op[],
  faults: readonly FaultSummary[],
  discipline: Discipline,
): readonly GrantFact[] {
  const drafts = new Map<GrantId, Draft>();
  for (const op of operations) {
    const { completion } = op;
    if (op.f !== "acquire" || completion?.type !== "ok" || completion.grant === undefined) continue;
    if (drafts.has(completion.grant)) throw twice(completion);
    drafts.set(completion.grant, { acquire: { ...op, completion }, release: null, lost: null, renewals: [] });
  }
  for (const operation of operations) {
    const draft = operation.invoke.f === "release" && drafts.get(operation.invoke.grant ?? NONE);
    if (draft) draft.release ??= operation;
  }
  const lives: Lives = { last: new Map(), succeeded: new Map() };
  const current = new Map<string, ProcessId>();
  for (const event of events) {
    if (!isClientEvent(event)) continue;
    const { client, process } = event;
    const before = current.get(client);
    if (before !== undefined && before !== process) lives.succeeded.set(before, event.time);
    current.set(client, process);
    lives.last.set(process, event);
    const draft = event.grant === undefined ? undefined : drafts.get(event.grant);
    if (!draft) continue;
    if (event.f === "lost") draft.lost ??= event;
    if (event.f === "renew" && event.type === "ok") draft.renewals.push(event);
  }
  const kills = faults.filter((fault) => fault.verified && fault.name === "kill");
  return [...drafts.values()]
    .map((draft) => grantOf(draft, lives, kills, discipline))
    .toSorted((a, b) => a.acquire.to - b.acquire.to);
}

interface Draft {
  readonly acquire: GrantFact["acquire"];
  release: Op | null;
  lost: ClientEvent | null;
  readonly renewals: ClientEvent[];
}

/** Of each process: its last event, and when its client went on as another. */
interface Lives {
  readonly last: Map<ProcessId, ClientEvent>;
  readonly succeeded: Map<ProcessId, Nanos>;
}

const NONE = "" as GrantId;

function grantOf(
  draft: Draft,
  lives: Lives,
  kills: readonly FaultSummary[],
  discipline: Discipline,
): GrantFact {
  const { acquire, release, lost } = draft;
  const ok = acquire.completion;
  const belief = endOf(draft, lives, kills, discipline);
  const renewals = renewalsOf(draft.renewals);
  const coverage = coverageOf(ok, renewals);
  return {
    id: ok.grant ?? NONE,
    lock: ok.lock,
    client: ok.client,
    process: ok.process,
    token: ok.token === undefined ? null : BigInt(ok.token),
    session: ok.session ?? null,
    acquire,
    release,
    lost,
    from: ok.time,
    ...belief,
    renewals,
    coverage,
    cores: clip(coverage, { from: ok.time, to: belief.to }),
    final: ok.final === true,
  };
}

/**
 * A belief ends when its client says so (it asks for the release, or gives up a lock that it heard is lost), or when
 * its program is no more: at the kill, not at the moment at which the parent noticed. A program whose end was not seen
 * believed at least until its last event; more cannot be proven against anybody.
 */
function endOf(
  { acquire, release, lost }: Draft,
  lives: Lives,
  kills: readonly FaultSummary[],
  discipline: Discipline,
): Pick<GrantFact, "to" | "ended" | "last"> {
  const ok = acquire.completion;
  const last = lives.last.get(ok.process) ?? ok;
  // A kill after its client went on as another process hit that one.
  const succeeded = lives.succeeded.get(ok.process) ?? Infinity;
  const ends: Pick<GrantFact, "to" | "ended" | "last">[] = [];
  if (release) ends.push({ to: release.invoke.time, ended: "release", last: release.invoke });
  if (lost && discipline === "checking")
    ends.push({ to: Math.max(lost.time, ok.time) as Nanos, ended: "lost", last: lost });
  const kill = kills.find(
    (fault) => fault.nodes.includes(ok.client) && fault.from >= ok.time && fault.from < succeeded,
  );
  // A kill that is on record says more than the last word of the killed: it may have worked on in silence.
  if (kill) ends.push({ to: kill.from, ended: "kill", last });
  else ends.push({ to: last.time, ended: "last-event", last });
  return ends.reduce((first, end) => (end.to < first.to ? end : first));
}

function twice(event: ClientEvent): LockjepsenError {
  return new LockjepsenError(
    "usage",
    `event ${event.index ?? "?"} of the history grants ${String(event.grant)} a second time`,
    "each successful acquire has a grant id of its own",
  );
}
