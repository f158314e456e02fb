/** Histories in a few lines: what each client does, and when, in seconds. The register is played as the real one would. */
import { nanos, type HistoryEvent, type NemesisEvent, type RegisterEvent } from "../../src/history/event.js";
import type { History } from "../../src/history/history.js";
import { mergeEvents } from "../../src/history/merge.js";
import { createActor, seconds, type Actor, type Stage } from "./actor.js";
import { contextFor, type ContextChanges } from "./context.js";
import { playRegister, type Outcome, type Request } from "./register.js";

export interface Scenario {
  /** A client with its first process; `process` counts from 0. */
  client(name: string, process?: number): Actor;
  /** A verified fault; `to: null`: never healed. */
  fault(
    name: string,
    nodes: readonly string[],
    from: number,
    to: number | null,
    more?: Partial<NemesisEvent>,
  ): void;
  /** Its parent noticed that a client's process was no more. */
  exit(client: string, at: number): void;
  /** Anything else. */
  note(event: HistoryEvent): void;
  /** All faults are healed; then each client reads the register, or those of these locks. */
  end(at: number, locks?: readonly string[]): void;
  history(): History;
}

export function scenario(changes: ContextChanges = {}, lock = "lock-1"): Scenario {
  const told: (() => HistoryEvent)[] = [];
  const logged: (() => RegisterEvent)[] = [];
  const requests: Request[] = [];
  const clients = new Set<string>();
  let outcomes: readonly Outcome[] = [];
  let names = 0;
  let faults = 0;
  const context = () => contextFor(changes.clients ?? [...clients].toSorted(), changes);
  const stage: Stage = {
    lock,
    context: context(),
    tell: (event) => void told.push(event),
    ask(request) {
      const place = requests.push(request) - 1;
      return () => outcomes[place] as Outcome;
    },
    log: (event) => void logged.push(event),
    unique: () => (names += 1),
  };
  const note = (event: HistoryEvent): void => stage.tell(() => event);
  const run = (time: number, f: "healed" | "end"): void =>
    note({ time: seconds(time), process: "run", type: "info", f });

  return {
    client(name, process = Number(name.slice(1)) - 1) {
      clients.add(name);
      return createActor(name, process, stage);
    },
    fault(name, nodes, from, to, more = {}) {
      faults += 1;
      const fault = `f${faults}`;
      const about = (at: number, type: "invoke" | "ok", f: string): NemesisEvent => ({
        time: seconds(at),
        process: "nemesis",
        type,
        f,
        fault,
        nemesis: name,
        target: "holder",
        ...more,
      });
      note(about(from, "invoke", name));
      note({ ...about(from, "ok", name), nodes, from: seconds(from), evidence: "seen" });
      if (to === null) return;
      note({ ...about(to, "invoke", "heal"), nodes });
      note({ ...about(to, "ok", "heal"), nodes, evidence: "gone" });
    },
    exit(client, at) {
      const value = { process: null, code: null, signal: "SIGKILL" };
      note({ time: seconds(at), process: "run", type: "info", f: "client-exit", client, value });
    },
    note,
    end(at, locks = [lock]) {
      run(at, "healed");
      for (const [n, name] of [...clients].entries()) {
        for (const [m, each] of locks.entries()) {
          const asked = at + 0.1 + n / 100 + m / 1000;
          createActor(name, 100 + n, { ...stage, lock: each }).read(asked, asked + 0.0005, { final: true });
        }
      }
      run(at + 1, "end");
    },
    history() {
      outcomes = playRegister(requests, stage.context.fencing);
      const begin: HistoryEvent = {
        time: nanos(0),
        process: "run",
        type: "info",
        f: "begin",
        value: context(),
      };
      const events = mergeEvents([
        [begin],
        told.map((event) => event()),
        logged.map((event) => event()).toSorted((a, b) => a.time - b.time),
      ]);
      return { events, context: context(), notes: [] };
    },
  };
}
