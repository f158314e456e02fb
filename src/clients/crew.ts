import type { Cluster } from "../cluster/types.js";
import { LockjepsenError } from "../error.js";
import type { Phase } from "../../nemesis/types.js";
import { startClient, type Client, type ClientExit } from "./client.js";
import type { FromWorker, HeldAtPhase, Question, ToWorker, WorkerConfig } from "./protocol.js";

/** A holder that waits at a phase of its hold for a fault to land. */
export interface Aimed extends HeldAtPhase {
  readonly client: string;
  /** Lets it go on. A stopped process hears it when it wakes. */
  go(): void;
}

/** All client processes of a run. */
export interface Crew {
  /** Resolves when every client is there, connected to nothing yet. Rejects when one is not within the time allowed. */
  readonly ready: Promise<void>;
  /** Rejects when one cannot go on at all (its record cannot be written). */
  readonly failed: Promise<never>;
  /** Begins the workload; `origin` is this instant of process.hrtime.bigint(). */
  start(origin: bigint): void;
  /** Tells when a client's process ended by itself or was killed; it is started again. */
  onExit(listener: (client: string, how: ClientExit) => void): void;
  grants(): number;
  /** A client's answer. Rejects when there is none within so many ms, or its process ends before. */
  ask(client: string, question: Question, withinMs: number): Promise<string | number>;
  /** A client whose process ends from now on is started again no sooner than what this returns is called. */
  holdBack(client: string): () => void;
  /**
   * The next holder (this client, if one is named) to reach `phase`; null when none does within `timeoutMs`, or the
   * signal is aborted.
   */
  aim(phase: Phase, options: AimOptions): Promise<Aimed | null>;
  /** Ends the workload. Names of those that did not end their round within `timeoutMs`: stuck, nobody waits for them again. */
  drain(timeoutMs: number): Promise<readonly string[]>;
  /** Last acquires, which wait `waitMs`, and last reads. Names of those, not stuck before, that did not end them in time. */
  finish(waitMs: number): Promise<readonly string[]>;
  close(): void;
}

export interface AimOptions {
  readonly client?: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface CrewOptions {
  readonly hosts: Cluster["clients"];
  config(index: number): WorkerConfig;
  /** Variables of its environment, beside our own. */
  environment?(index: number): Readonly<Record<string, string>>;
}

/** Node loads a client in half a second of a core, and there are more clients than cores. */
const START_MS = 30_000;
const START_EACH_MS = 1_000;
/** What last reads may take beyond the wait for the locks: two calls that time out, and for each lock a moment. */
const LAST_READS_MS = 10_000;
const LAST_READ_MS = 100;

export function startCrew(options: CrewOptions): Crew {
  let closing = false;
  let stuck: readonly string[] = [];
  let tickets = 0;
  const exitListeners: ((client: string, how: ClientExit) => void)[] = [];
  const listeners = new Set<(client: Client, message: FromWorker | { kind: "exited" }) => void>();
  let fail: (error: LockjepsenError) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => {}); // whoever awaits it is told

  const configs = options.hosts.map((_, index) => options.config(index));
  const clients = options.hosts.map((host, index) =>
    startClient(
      host,
      configs[index] as WorkerConfig,
      {
        failed: (error) => fail(error),
        exited(client, how) {
          for (const tell of exitListeners) tell(client.name, how);
          for (const tell of listeners) tell(client, { kind: "exited" });
        },
        message(client, message) {
          for (const tell of listeners) tell(client, message);
        },
      },
      () => closing,
      options.environment?.(index),
    ),
  );
  const named = (name: string): Client => {
    const client = clients.find((each) => each.name === name);
    if (!client) throw new Error(`there is no client ${name}`);
    return client;
  };
  const tellAll = (message: ToWorker): void => clients.forEach((client) => client.tell(message));

  /** Resolves when every client but those that are stuck is in the state, or with the names of those that are not after `timeoutMs`. */
  function whenAll(state: Client["state"], timeoutMs: number): Promise<readonly string[]> {
    const missing = (): readonly string[] =>
      clients
        .filter((client) => client.state !== state && !stuck.includes(client.name))
        .map(({ name }) => name);
    return new Promise((resolve) => {
      const end = (): void => {
        listeners.delete(look);
        clearTimeout(timer);
        resolve(missing());
      };
      const look = (): void => {
        if (missing().length === 0) end();
      };
      const timer = setTimeout(end, timeoutMs);
      listeners.add(look);
      look();
    });
  }

  const startMs = START_MS + START_EACH_MS * clients.length;
  const ready = whenAll("ready", startMs).then((missing) => {
    if (missing.length > 0 && !closing)
      throw new LockjepsenError(
        "environment",
        `${missing.join(", ")} did not start within ${startMs / 1_000} s`,
        "try again on a calmer machine, or with a smaller --concurrency",
      );
  });
  ready.catch(() => {}); // whoever awaits it is told; nobody does where the servers fail first

  return {
    ready,
    failed,
    start: (origin) => clients.forEach((client) => client.order({ kind: "start", origin: String(origin) })),
    onExit: (listener) => void exitListeners.push(listener),
    grants: () => clients.reduce((sum, client) => sum + client.grants(), 0),

    ask: async (client, question, withinMs) => await named(client).ask(question, withinMs),
    holdBack: (client) => named(client).holdBack(),

    aim(phase, { client: only, timeoutMs, signal }) {
      tickets += 1;
      const ticket = tickets;
      const able = clients.filter(({ name }) => only === undefined || name === only);
      return new Promise((resolve) => {
        let found = false;
        const end = (aimed: Aimed | null): void => {
          found = true;
          clearTimeout(timer);
          signal.removeEventListener("abort", giveUp);
          tellAll({ kind: "disarm", ticket });
          resolve(aimed);
          // One that reached its phase before it heard of the disarming waits for nothing: it is let go for a while on.
          setTimeout(() => listeners.delete(hear), 2_000).unref();
        };
        const giveUp = (): void => end(null);
        const hear = (client: Client, message: FromWorker | { kind: "exited" }): void => {
          if (message.kind !== "at-phase" || message.ticket !== ticket) return;
          const go = (): void => client.tell({ kind: "go", ticket });
          if (found) go();
          else {
            const { kind: _kind, ticket: _ticket, ...held } = message;
            end({ ...held, client: client.name, go });
          }
        };
        const timer = setTimeout(giveUp, timeoutMs);
        signal.addEventListener("abort", giveUp, { once: true });
        listeners.add(hear);
        if (signal.aborted) giveUp();
        else able.forEach((client) => client.tell({ kind: "arm", ticket, phase }));
      });
    },

    async drain(timeoutMs) {
      for (const client of clients) client.order({ kind: "drain" });
      stuck = await whenAll("drained", timeoutMs);
      return stuck;
    },

    async finish(waitMs) {
      const locks = configs[0]?.locks ?? [];
      const able = clients.filter((client) => !stuck.includes(client.name));
      able.forEach((client, index) =>
        client.order({ kind: "finish", probe: locks.filter((_, n) => n % able.length === index), waitMs }),
      );
      return await whenAll("finished", waitMs + LAST_READS_MS + LAST_READ_MS * locks.length);
    },

    close() {
      closing = true;
      tellAll({ kind: "exit" });
    },
  };
}
