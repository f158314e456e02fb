/** Runs whose truth is known: what is recorded of them as clients and register see it, and what really happened. */
import type { GrantId, NemesisEvent } from "../../../src/history/event.js";
import type { History } from "../../../src/history/history.js";
import { scenario } from "../scenario.js";
import { mulberry32 } from "../simulate.js";
import { seconds } from "../actor.js";
import {
  between,
  disconnect,
  leg,
  lifeOf,
  lose,
  type Client,
  type Lease,
  type Life,
  type World,
} from "./client.js";
import { createService, type Entry } from "./service.js";
import { changesOf, createLoop, names, PATIENCE, TTL, type Terms } from "./world.js";

export interface KnownRun {
  readonly history: History;
  /** What each grant was in truth. */
  readonly truth: ReadonlyMap<GrantId, Entry>;
  /** When the end of sessions that a fault ended was asked for, in s. */
  readonly endedSessions: ReadonlyMap<string, number>;
}

export function runOf(terms: Terms): KnownRun {
  const random = mulberry32(terms.seed);
  const tells = scenario(changesOf(terms));
  const loop = createLoop();
  const truth = new Map<GrantId, Entry>();
  const freezes = new Map<string, { from: number; to: number }[]>();
  const generations = new Map<number, number>();
  const endedSessions = new Map<string, number>();
  let processes = terms.clients;
  let ends = terms.duration;

  const awake = (name: string, time: number): number => {
    const frozen = freezes.get(name)?.find(({ from, to }) => from <= time && time < to);
    return frozen ? awake(name, frozen.to + random() * 0.002) : time;
  };
  const world: World = {
    terms,
    loop,
    random,
    services: new Map(
      names("lock-", terms.locks).map((lock) => [
        lock,
        createService({ ttl: terms.lease === "connection" ? Infinity : TTL, bug: terms.bug, random }),
      ]),
    ),
    ends: terms.duration,
    drive(client, life) {
      const { epoch } = client;
      const step = (): void => {
        if (client.epoch !== epoch) return;
        ends = Math.max(ends, loop.now);
        const { done, value } = life.next(loop.now);
        if (!done) loop.at(awake(client.name, Math.max(value, loop.now)), step);
      };
      loop.at(awake(client.name, loop.now), step);
    },
    granted: (actor, lease) => void truth.set(actor.grant as GrantId, lease.entry),
    nextProcess: () => processes++,
    sessionOf({ process }, fresh) {
      const session = `${process}-${generations.get(process) ?? 0}`;
      if (fresh || endedSessions.has(session)) generations.set(process, (generations.get(process) ?? 0) + 1);
      return fresh || !endedSessions.has(session) ? session : `${process}-${generations.get(process)}`;
    },
  };

  const clients: Client[] = names("c", terms.clients).map((name, n) => ({
    name,
    actor: tells.client(name, n),
    epoch: 0,
    lease: null,
    open: null,
  }));
  const anyone = (): Client => clients[Math.floor(random() * clients.length)] as Client;
  const moment = (): number => between(random, 0.3, terms.duration);
  const holding = (): Client | undefined => clients.find(({ lease }) => lease !== null && !lease.over);

  for (let n = 0; n < terms.pauses; n += 1) {
    const { name } = anyone();
    const from = moment();
    const to = from + between(random, 0.1, 2.5 * TTL);
    freezes.set(name, [...(freezes.get(name) ?? []), { from, to }]);
    tells.fault("pause", [name], from, to);
  }
  for (let n = 0; n < terms.kills; n += 1) {
    const from = moment();
    loop.at(from, () => kill(random() < 0.7 ? (holding() ?? anyone()) : anyone(), from));
  }
  for (let n = 0; n < terms.sessionEnds; n += 1) {
    const from = moment();
    loop.at(from, () => {
      const client = holding();
      if (client?.lease) endSession(client, client.lease, from);
    });
  }
  for (let n = 0; n < terms.forgets; n += 1) {
    const now = moment();
    loop.at(now, () => {
      for (const service of world.services.values()) service.forget(now);
    });
    tells.fault("kill", ["n1"], now - between(random, 0, 0.1), now + between(random, 0, 0.1));
  }
  for (const client of clients) world.drive(client, lifeOf(client, world));
  loop.run();
  tells.end(ends + 2 * TTL + 8, [...world.services.keys()]);
  return { history: tells.history(), truth, endedSessions };

  function kill(client: Client, from: number): void {
    tells.fault("kill", [client.name], from, from + 0.5);
    const dies = from + between(random, 0, 0.005);
    loop.at(dies, () => {
      client.epoch += 1;
      client.open?.();
      client.open = null;
      if (client.lease) disconnect(client.lease, world);
      client.lease = null;
      client.actor = client.actor.next(world.nextProcess());
      const { epoch } = client;
      const again = dies + between(random, 0.2, 1);
      loop.at(again, () => {
        if (client.epoch === epoch) world.drive(client, lifeOf(client, world));
      });
    });
  }

  function endSession(client: Client, lease: Lease, from: number): void {
    const { session } = lease.entry;
    const nodes = [client.name];
    const about = {
      process: "nemesis",
      fault: `s${loop.now}`,
      nemesis: "session",
      target: "holder",
    } as const;
    const tell = (at: number, more: Pick<NemesisEvent, "type" | "f"> & Partial<NemesisEvent>): void =>
      tells.note({ ...about, ...more, time: seconds(at) });
    const named = { f: "session", nodes, session, from: seconds(from) } as const;
    tell(from, { type: "invoke", f: "session" });
    // Unanswered it may be carried out at once, later or never.
    const unanswered = random() < 0.2;
    const lands = from + (unanswered ? leg(world) : between(random, 0, 0.03));
    if (unanswered) tell(from + PATIENCE, { ...named, type: "info", error: "no answer" });
    loop.at(lands, () => {
      const gone = [...world.services.values()].filter((service) => service.expel(session, lands));
      const none = gone.length === 0 && (terms.sessions === "grant" || endedSessions.has(session));
      const by = lands + between(random, 0, 0.03);
      if (none && !unanswered) tell(by, { type: "fail", f: "session", error: "no such session" });
      if (none) return;
      endedSessions.set(session, from);
      if (terms.lease === "connection")
        world.drive(client, closed(lease, lands + between(random, 0.001, 0.02)));
      if (unanswered) return;
      tell(by, { ...named, type: "ok", evidence: "ended" });
      tell(by + 1, { type: "ok", f: "heal", nodes, evidence: "for good" });
    });
  }
}

function* closed(lease: Lease, at: number): Life {
  const now = yield at;
  lose(lease, now, "its connection was closed");
}
