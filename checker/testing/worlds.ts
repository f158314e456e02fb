/** Small random histories: well formed, and otherwise as wrong as can be. All times are whole seconds, so many are equal. */
import * as fc from "fast-check";
import type { History } from "../../src/history/history.js";
import type { ContextChanges } from "./context.js";
import type { Actor } from "./actor.js";
import { scenario, type Scenario } from "./scenario.js";

interface Deed {
  readonly f: "read" | "write";
  readonly gap: number;
  readonly takes: number;
  /** After the invocation; later than its answer: the answer never came, and the write was under way still. */
  readonly appliedAfter: number;
  readonly force: boolean;
}

interface Round {
  readonly gap: number;
  readonly waits: number;
  readonly granted: boolean;
  readonly token: number;
  readonly lease: number | null;
  readonly renewals: readonly { readonly after: number; readonly lag: number; readonly lease: number }[];
  readonly lostAfter: number | null;
  readonly deeds: readonly Deed[];
  readonly rest: number;
  readonly release: "ok" | "not-held" | "no answer" | "never";
}

interface Fault {
  readonly name: string;
  readonly node: string;
  readonly from: number;
  readonly lasts: number | null;
}

export interface World {
  readonly changes: ContextChanges;
  /** By which rule the service makes tokens: none at all, or by when each was asked for or told. */
  readonly tokens: "drawn" | "asked" | "told";
  readonly clients: readonly (readonly Round[])[];
  readonly faults: readonly Fault[];
  readonly ends: boolean;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  f: fc.constantFrom("read", "write"),
  gap: fc.nat(2),
  takes: fc.integer({ min: 1, max: 2 }),
  appliedAfter: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(6)),
  force: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
});

const round: fc.Arbitrary<Round> = fc.record({
  gap: fc.nat(3),
  waits: fc.integer({ min: 1, max: 6 }),
  granted: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
  token: fc.integer({ min: 1, max: 14 }),
  lease: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -1, max: 8 }) }, fc.constant(null)),
  renewals: fc.array(fc.record({ after: fc.nat(8), lag: fc.nat(6), lease: fc.integer({ min: 1, max: 6 }) }), {
    maxLength: 2,
  }),
  lostAfter: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.integer({ min: -1, max: 6 })),
  deeds: fc.array(deed, { maxLength: 3 }),
  rest: fc.nat(4),
  release: fc.constantFrom("ok", "ok", "ok", "not-held", "no answer", "never"),
});

const fault: fc.Arbitrary<Fault> = fc.record({
  name: fc.constantFrom("pause", "pause", "block", "kill", "session", "partition", "clock"),
  node: fc.constantFrom("c1", "c2", "c3", "n1"),
  from: fc.nat(25),
  lasts: fc.oneof({ weight: 5, arbitrary: fc.nat(8) }, fc.constant(null)),
});

const changes: fc.Arbitrary<World["changes"]> = fc.record({
  promises: fc.record({
    exclusion: fc.constantFrom("service", "service", "service", "timing", "none"),
    lease: fc.constantFrom("ttl", "ttl", "session", "connection"),
    renewals: fc.constantFrom("visible", "visible", "none", "hidden"),
    token: fc.constantFrom("token", "token", null),
    except: fc.constantFrom([], ["clock"] as const),
  }),
  servers: fc.constantFrom(["n1"], ["n1"], []),
  fencing: fc.constantFrom("off", "off", "on", "writes"),
  discipline: fc.constantFrom("trusting", "checking"),
  nemeses: fc.constantFrom([], ["pause"]),
  workload: fc.constantFrom("set", "counter"),
});

export const world: fc.Arbitrary<World> = fc.record({
  changes,
  tokens: fc.constantFrom("drawn", "asked", "told", "told"),
  clients: fc.array(fc.array(round, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  faults: fc.array(fault, { maxLength: 2 }),
  ends: fc.boolean(),
});

export function historyOf({ changes, tokens, clients, faults, ends }: World): History {
  const tells = scenario({ ...changes, clients: ["c1", "c2", "c3"] });
  const last = clients.map((rounds, n) =>
    live(tells, n, rounds, (drawn, asked, told) => {
      if (changes.promises?.token === null) return {};
      return { token: tokens === "drawn" ? drawn : 10 * (tokens === "asked" ? asked : told) + n };
    }),
  );
  for (const { name, node, from, lasts } of faults)
    tells.fault(name, [node], from, lasts === null ? null : from + lasts);
  if (ends) tells.end(Math.max(0, ...last) + 8);
  return tells.history();
}

/** Lets a client live; returns the time at which it is done. */
function live(
  tells: Scenario,
  n: number,
  rounds: readonly Round[],
  tokenOf: (drawn: number, asked: number, told: number) => { readonly token?: number },
): number {
  let actor = tells.client(`c${n + 1}`, n);
  let now = 1;
  const retire = (): void => {
    actor = actor.next(actor.process + 3);
  };
  for (const round of rounds) {
    const asked = now + round.gap;
    const told = asked + round.waits;
    if (!round.granted) {
      actor.denied(asked, told);
      now = told;
      continue;
    }
    // The word that it is lost may come just before the grant.
    if (round.lostAfter === -1) actor.lost(told);
    actor.acquire(asked, told, {
      ...tokenOf(round.token, asked, told),
      ...(round.lease !== null && { until: told + round.lease }),
    });
    now = told;
    let open = false;
    for (const deed of round.deeds) {
      now += deed.gap;
      open = act(actor, deed, now);
      now += deed.takes;
      if (open) break;
    }
    now += round.rest;
    annotate(actor, round, told, now);
    if (round.release === "never") {
      retire();
      continue;
    }
    actor.release(now, now + 1, round.release === "ok" ? undefined : round.release);
    now += 1;
    if (open || round.release === "no answer") retire();
  }
  return now;
}

/** Whether its outcome stayed open. */
function act(actor: Actor, deed: Deed, now: number): boolean {
  const force = deed.force ? ({ force: "ok" } as const) : {};
  if (deed.f === "read") actor.read(now, now + deed.takes, { ...force, applied: now });
  else if (deed.appliedAfter <= deed.takes)
    actor.write(now, now + deed.takes, { ...force, applied: now + deed.appliedAfter });
  else {
    actor.write(now, now + deed.takes, { ...force, applied: now + deed.appliedAfter, open: true });
    return true;
  }
  return false;
}

/** What the client notes by the way: only while it holds. */
function annotate(actor: Actor, round: Round, from: number, to: number): void {
  for (const { after, lag, lease } of round.renewals) {
    const answered = from + after;
    if (answered > to) continue;
    const sent = Math.max(from, answered - lag);
    actor.renew(sent, answered, sent + lease);
  }
  if (round.lostAfter !== null && round.lostAfter >= 0 && from + round.lostAfter <= to)
    actor.lost(from + round.lostAfter);
}
