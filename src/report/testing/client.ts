import { grantId, token, type ClientEvent, type ProcessId } from "../../history/event.js";
import type { Plan, PlannedFault } from "../../plan/types.js";
import type { Random } from "../../random.js";
import type { Register, RegisterAnswer } from "../../register/state.js";
import type { Claim, Service } from "./service.js";
import type { World } from "./world.js";

/** Chance that an answer of the register is lost on its way. */
const LOST_ANSWERS = 0.004;

export interface ClientParts {
  readonly plan: Plan;
  readonly world: World;
  readonly random: Random;
  readonly service: Service;
  readonly register: Register;
  /** This client has ended its last round: calls `then` once all have. */
  drained(then: () => void): void;
  /** Freezes the client if a fault is due, and says which. */
  strike(client: string): PlannedFault | undefined;
  nextProcess(): ProcessId;
}

type Answer = Extract<RegisterAnswer, { applied: true }>;
type Note = Omit<ClientEvent, "time" | "client" | "process" | "index">;
type Written = Pick<Note, "id" | "value" | "parent">;

/** A trusting client of the `set` workload: takes the lock, reads, works, writes, releases, again and again. */
export function startClient(client: string, parts: ClientParts): void {
  const { plan, world, random, service, register } = parts;
  const { judge } = plan;
  let number = parts.nextProcess();
  let grants = 0;
  let writes = 0;

  const note = (event: Note): void => world.record({ process: number, client, ...event });
  const later = (delay: number, then: () => void): void => world.on(client, world.about(delay), then);

  function round(): void {
    if (world.now() > plan.durationMs) return parts.drained(() => readFinally(judge.locks));
    const lock = judge.locks[random.below(judge.locks.length)] ?? "lock";
    const asked = world.now();
    let over = false;
    note({ type: "invoke", f: "acquire", lock, value: { ttlMs: judge.ttlMs, waitMs: plan.waitMs } });
    const claim: Claim = {
      lock,
      granted(revision) {
        // The session was kept alive while it waited: its last renewal is at most a third of a lease old.
        const sent = Math.max(asked, world.now() - (random.fraction() * judge.ttlMs) / 3);
        later(1.2, () => {
          over = true;
          hold(claim, revision, sent);
        });
      },
    };
    world.after(world.about(0.7), () => service.ask(claim));
    world.on(client, plan.waitMs, () => {
      if (over || !service.withdraw(claim)) return;
      note({ type: "fail", f: "acquire", lock, error: "timeout" });
      later(40, round);
    });
  }

  function hold(claim: Claim, revision: number, sent: number): void {
    grants += 1;
    const held = { lock: claim.lock, grant: grantId(`${number}.${grants}`) };
    const presented = judge.fencing === "off" ? {} : { token: token(String(revision)) };
    let over = false;
    note({
      type: "ok",
      f: "acquire",
      ...held,
      token: token(String(revision)),
      validUntil: world.at(sent + judge.ttlMs),
    });
    world.on(client, judge.ttlMs / 3, renew);
    ask("read", {}, undefined, (read) =>
      world.on(client, random.between(plan.holdMs.min, plan.holdMs.max), () => beforeWrite(read)),
    );

    function renew(): void {
      if (over) return;
      const at = world.now();
      const good = service.renew(claim);
      later(0.8, () => {
        if (over) return;
        if (!good)
          return note({ type: "info", f: "lost", ...held, error: "etcdserver: requested lease not found" });
        note({ type: "ok", f: "renew", ...held, sent: world.at(at), validUntil: world.at(at + judge.ttlMs) });
        world.on(client, judge.ttlMs / 3, renew);
      });
    }

    function beforeWrite(read: Answer): void {
      const fault = parts.strike(client);
      world.on(client, 0, () => {
        if (fault)
          note({
            type: "info",
            f: "phase",
            ...held,
            value: { phase: fault.phase, waitedMs: fault.durationMs },
          });
        writes += 1;
        const element = `${number}-${writes}`;
        const about = { id: `w${element}`, value: element, parent: read.version };
        ask("write", about, [...(read.value as readonly string[]), element], () => release());
      });
    }

    function ask(f: "read" | "write", about: Written, value: unknown, then: (answer: Answer) => void): void {
      note({ type: "invoke", f, ...held, ...about });
      world.after(world.about(0.4), () => {
        const answer = register.apply({ f, lock: held.lock, value, ...presented });
        const { value: _element, ...logged } = about;
        world.record({
          process: "register",
          type: answer.applied ? "ok" : "fail",
          f,
          client,
          by: number,
          ...held,
          ...presented,
          ...logged,
          ...(answer.applied ? { version: answer.version } : { error: answer.error }),
        });
        const silent = random.fraction() < LOST_ANSWERS;
        later(silent ? 900 : 0.4, () => {
          if (silent) return retire({ f, ...about });
          if (!answer.applied) {
            note({ type: "fail", f, ...held, ...about, error: answer.error });
            return release();
          }
          note({ type: "ok", f, ...held, ...about, version: answer.version });
          then(answer);
        });
      });
    }

    function retire(asked: Pick<Note, "f"> & Written): void {
      note({ ...asked, ...held, type: "info", error: "the register did not answer within 1 s" });
      release(() => {
        number = parts.nextProcess();
        round();
      });
    }

    function release(then: () => void = round): void {
      over = true;
      note({ type: "invoke", f: "release", ...held });
      later(0.9, () => {
        const freed = service.release(claim);
        note({ type: freed ? "ok" : "fail", f: "release", ...held, ...(!freed && { error: "not-held" }) });
        later(30, then);
      });
    }
  }

  function readFinally([lock, ...others]: readonly string[]): void {
    if (lock === undefined) return;
    note({ type: "invoke", f: "read", lock, final: true });
    world.after(world.about(0.4), () => {
      const { version, value } = answered(register.apply({ f: "read", lock }));
      const logged = { f: "read", lock, version, final: true } as const;
      world.record({ process: "register", type: "ok", client, by: number, ...logged });
      later(0.4, () => {
        note({ type: "ok", ...logged, value });
        readFinally(others);
      });
    });
  }

  world.on(client, random.between(0, 60), round);
}

/** A final read presents no token: no fence refuses it. */
function answered(answer: RegisterAnswer): Answer {
  if (!answer.applied) throw new Error("a final read was refused");
  return answer;
}
