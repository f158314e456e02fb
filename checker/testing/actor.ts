import {
  grantId,
  nanos,
  processId,
  token,
  type ClientEvent,
  type GrantId,
  type HistoryEvent,
  type Nanos,
  type RegisterEvent,
} from "../../src/history/event.js";
import type { JudgeContext } from "../../src/history/context.js";
import type { Outcome, Request } from "./register.js";

/** One logical process. Each operation is given by when it was asked for and answered; `null`: never answered. */
export interface Actor {
  readonly process: number;
  /** What it holds, by its own word. */
  readonly grant: GrantId | null;
  acquire(
    from: number,
    to: number,
    grant?: { token?: number; until?: number; session?: string; final?: true },
  ): Actor;
  /** An acquire that was not granted. */
  denied(
    from: number,
    to: number | null,
    error?: string,
    more?: { type?: "fail" | "info"; final?: true },
  ): Actor;
  renew(sent: number, answered: number, until: number): Actor;
  /** Said before the acquire that it speaks of is answered, it is meant for that grant. */
  lost(at: number, error?: string): Actor;
  read(from: number, to: number | null, more?: RequestMore): Actor;
  write(from: number, to: number | null, more?: RequestMore): Actor;
  release(from: number, to: number | null, error?: string): Actor;
  /** The client goes on as its next process. */
  next(process: number): Actor;
  /** The same process, at another lock. */
  at(lock: string): Actor;
}

export interface RequestMore {
  /** When the register did it: half-way by default; null: it never arrived. */
  readonly applied?: number | null;
  /** The client gave up waiting: its outcome is open. */
  readonly open?: true;
  readonly parent?: number;
  /** Against what the fence says. */
  readonly force?: "ok" | "fail";
  readonly final?: true;
}

/** What actors tell of themselves, and ask of the register. */
export interface Stage {
  readonly lock: string;
  readonly context: Pick<JudgeContext, "fencing" | "workload">;
  tell(event: () => HistoryEvent): void;
  /** What came of it can be asked for once the whole scenario is written. */
  ask(request: Request): () => Outcome;
  log(event: () => RegisterEvent): void;
  /** A number that no other has. */
  unique(): number;
}

export const seconds = (time: number): Nanos => nanos(Math.round(time * 1e9));

type Kind = Pick<ClientEvent, "type" | "f">;

export function createActor(client: string, number: number, stage: Stage, grants = { made: 0 }): Actor {
  const { lock, context } = stage;
  const process = processId(number);
  let held: { readonly grant: ReturnType<typeof grantId>; readonly token?: bigint } | undefined;

  const event = (time: number, { type, f }: Kind, more: Partial<ClientEvent>): ClientEvent => ({
    time: seconds(time),
    process,
    client,
    type,
    f,
    lock,
    ...more,
  });
  const tell = (
    time: number,
    type: ClientEvent["type"],
    f: ClientEvent["f"],
    more: Partial<ClientEvent> = {},
  ): void => stage.tell(() => event(time, { type, f }, more));
  const under = () => (held ? { grant: held.grant } : {});

  function request(f: "read" | "write", from: number, to: number | null, more: RequestMore): void {
    const { final } = more;
    const mine = final ? undefined : held;
    const presents = context.fencing === "on" || (context.fencing === "writes" && f === "write");
    const shown = presents && mine?.token !== undefined ? { token: mine.token } : {};
    const name = f === "write" ? `${number}-${stage.unique()}` : undefined;
    const about = {
      ...(mine && { grant: mine.grant }),
      ...(name !== undefined && { id: `w${name}` }),
      ...(final && { final }),
    };
    const applied = more.applied === undefined ? (from + (to ?? from + 0.002)) / 2 : more.applied;
    const outcome = stage.ask({
      applied: applied ?? Infinity,
      f,
      lock,
      holder: mine?.grant ?? `${client} ${number}`,
      element: name,
      ...shown,
      ...(more.parent !== undefined && { parent: more.parent }),
      ...(applied === null ? { force: "fail" } : more.force && { force: more.force }),
    });
    const asked = () => (f === "write" ? { ...about, value: name, parent: outcome().parent } : about);
    const answered = (): ClientEvent => {
      const { type, version, value } = outcome();
      const all = context.workload === "set" ? value : value.length;
      if (applied === null || more.open)
        return event(to ?? 0, { type: "info", f }, { ...asked(), error: "no answer" });
      if (type === "fail") return event(to ?? 0, { type, f }, { ...asked(), error: "fenced" });
      return event(to ?? 0, { type, f }, { ...asked(), version, ...(final && { value: all }) });
    };
    stage.tell(() => event(from, { type: "invoke", f }, asked()));
    if (to !== null) stage.tell(answered);
    if (applied === null) return;
    stage.log(() => ({
      time: seconds(applied),
      process: "register",
      type: outcome().type,
      f,
      lock,
      client,
      by: process,
      ...about,
      ...(shown.token !== undefined && { token: token(String(shown.token)) }),
      version: outcome().version,
      ...(f === "write" && { parent: outcome().parent }),
      ...(outcome().type === "fail" && { error: "fenced" }),
    }));
  }

  const self: Actor = {
    process: number,
    get grant() {
      return held?.grant ?? null;
    },
    acquire(from, to, { token: digits, until, session, final } = {}) {
      grants.made += 1;
      held = {
        grant: grantId(`${number}.${grants.made}`),
        ...(digits !== undefined && { token: BigInt(digits) }),
      };
      const about = { ...(final && { final }) };
      tell(from, "invoke", "acquire", about);
      tell(to, "ok", "acquire", {
        ...about,
        ...under(),
        ...(digits !== undefined && { token: token(String(digits)) }),
        ...(until !== undefined && { validUntil: seconds(until) }),
        ...(session !== undefined && { session }),
      });
      return self;
    },
    denied(from, to, error = "timeout", { type = "fail", final } = {}) {
      tell(from, "invoke", "acquire", { ...(final && { final }) });
      if (to !== null) tell(to, type, "acquire", { ...(final && { final }), error });
      return self;
    },
    renew(sent, answered, until) {
      tell(answered, "ok", "renew", { ...under(), sent: seconds(sent), validUntil: seconds(until) });
      return self;
    },
    lost(at, error = "the lease is gone") {
      tell(at, "info", "lost", { grant: held?.grant ?? grantId(`${number}.${grants.made + 1}`), error });
      return self;
    },
    read(from, to, more = {}) {
      request("read", from, to, more);
      return self;
    },
    write(from, to, more = {}) {
      request("write", from, to, more);
      return self;
    },
    release(from, to, error) {
      const type = error === undefined ? "ok" : error === "not-held" ? "fail" : "info";
      tell(from, "invoke", "release", under());
      if (to !== null) tell(to, type, "release", { ...under(), ...(error !== undefined && { error }) });
      held = undefined;
      return self;
    },
    next: (next) => createActor(client, next, stage),
    at: (other) => createActor(client, number, { ...stage, lock: other }, grants),
  };
  return self;
}
