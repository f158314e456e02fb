/** What the oracle takes from the events alone: holds, and faults in effect. */
import type { ClientEvent, HistoryEvent, NemesisEvent } from "../../src/history/event.js";
import type { History } from "../../src/history/history.js";

export interface Hold {
  readonly id: string;
  readonly lock: string;
  readonly client: string;
  readonly token: bigint | null;
  readonly final: boolean;
  readonly asked: number;
  readonly from: number;
  readonly ends: number;
  /** Places in the history. */
  readonly askedAt: number;
  readonly toldAt: number;
  readonly release: {
    readonly asked: number;
    readonly place: number;
    readonly ok: boolean;
    readonly failed: boolean;
    /** Infinity: its outcome is open. */
    readonly answered: number;
  } | null;
  /** As its grant told of it. */
  readonly session: string | null;
  readonly until: number | null;
  /** When acknowledged renewals were sent and their answers read, and until when they promised it. */
  readonly renewals: readonly { readonly sent: number; readonly read: number; readonly until: number }[];
  /** Lost was said before the grant was told. */
  readonly claimed: boolean;
  readonly lostAt: number | null;
  /** Its belief ended since its client was killed. */
  readonly killed: boolean;
  believes(time: number): boolean;
  covered(time: number): boolean;
  core(time: number): boolean;
}

export function holdOf(
  ok: ClientEvent,
  events: readonly ClientEvent[],
  faults: readonly Fault[],
  discipline: History["context"]["discipline"],
): Hold {
  const mine = events.filter((event) => event.grant === ok.grant);
  const own = events.filter((event) => event.process === ok.process);
  const asked = own
    .filter((event) => event.f === "acquire" && event.type === "invoke" && place(event) < place(ok))
    .at(-1);
  const releaseAt = mine.find((event) => event.f === "release" && event.type === "invoke");
  const released = mine.find((event) => event.f === "release" && event.type !== "invoke");
  const lost = mine.find((event) => event.f === "lost");
  const others = events.filter((event) => event.client === ok.client && event.process !== ok.process);
  const next = others.find((event) => place(event) > place(own.at(-1) ?? ok));
  const kill = faults.find(
    ({ name, nodes, from }) =>
      name === "kill" && nodes.includes(ok.client) && ok.time <= from && from < (next?.time ?? Infinity),
  );
  const givenUp = Math.min(
    releaseAt?.time ?? Infinity,
    discipline === "checking" && lost ? Math.max(lost.time, ok.time) : Infinity,
  );
  const ends = Math.min(givenUp, kill?.from ?? own.at(-1)?.time ?? Infinity);
  const renewals = mine.filter((event) => event.f === "renew" && event.type === "ok");
  const believes = (time: number): boolean => ok.time <= time && time < ends;
  const covered = (time: number): boolean =>
    time < (ok.validUntil ?? Infinity) ||
    renewals.some(({ sent, validUntil }) => (sent ?? 0) <= time && time < (validUntil ?? 0));
  return {
    id: ok.grant ?? "",
    lock: ok.lock,
    client: ok.client,
    token: ok.token === undefined ? null : BigInt(ok.token),
    final: ok.final === true,
    asked: asked?.time ?? 0,
    askedAt: asked ? place(asked) : -1,
    toldAt: place(ok),
    from: ok.time,
    ends,
    release: releaseAt
      ? {
          asked: releaseAt.time,
          place: place(releaseAt),
          ok: released?.type === "ok",
          failed: released?.type === "fail",
          answered: released && released.type !== "info" ? released.time : Infinity,
        }
      : null,
    session: ok.session ?? null,
    until: ok.validUntil ?? null,
    renewals: renewals.map(({ time, sent, validUntil }) => ({
      sent: sent ?? time,
      read: time,
      until: validUntil ?? Infinity,
    })),
    claimed: lost !== undefined && place(lost) < place(ok),
    lostAt: lost?.time ?? null,
    killed: kill !== undefined && kill.from < givenUp,
    believes,
    covered,
    core: (time) => believes(time) && covered(time),
  };
}

const place = (event: HistoryEvent): number => event.index ?? -1;

export interface Fault {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly from: number;
  readonly to: number;
  /** When it was seen to be in effect. */
  readonly landed: number;
  /** session: which one was ended. */
  readonly session: string | null;
}

export function verified(events: readonly HistoryEvent[]): readonly Fault[] {
  const nemesis = events.filter((event): event is NemesisEvent => event.process === "nemesis");
  return nemesis
    .filter(({ type, f }) => type === "ok" && f !== "heal" && f !== "recover")
    .map((event) => {
      const healed = nemesis.find(
        ({ fault, f, type }) => fault === event.fault && f === "heal" && type === "ok",
      );
      return {
        name: event.f,
        nodes: event.nodes ?? [],
        from: event.from ?? event.time,
        landed: event.time,
        session: event.session ?? null,
        to: healed?.time ?? Math.max(...events.map(({ time }) => time)),
      };
    });
}
