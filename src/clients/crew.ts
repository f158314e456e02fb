import type { Cluster } from "../cluster/types.js";
import type { LockjepsenError } from "../error.js";
import type { GrantId } from "../history/event.js";
import type { Phase } from "../../nemesis/types.js";
import { startClient, type Client } from "./client.js";
import type { FromWorker, ToWorker, WorkerConfig } from "./protocol.js";

/** A holder that waits at a phase of its hold for a fault to land. */
export interface Aimed {
  readonly client: string;
  readonly lock: string;
  readonly grant: GrantId;
  /** Lets it go on. A stopped process hears it when it wakes. */
  go(): void;
}

/** All client processes of a run. */
export interface Crew {
  /** Resolves when every client is connected to nothing yet, but there. */
  readonly ready: Promise<void>;
  /** Rejects when one cannot go on at all (its record cannot be written). */
  readonly failed: Promise<never>;
  /** Begins the workload; `origin` is this instant of process.hrtime.bigint(). */
  start(origin: bigint): void;
  /** Tells when a client's process ended by itself or was killed; it is started again. */
  onExit(listener: (client: string, how: ClientExit) => void): void;
  grants(): number;
  /** The next holder to reach `phase`; null when none does within `timeoutMs`, or the signal is aborted. */
  aim(phase: Phase, options: { timeoutMs: number; signal: AbortSignal }): Promise<Aimed | null>;
  /** Ends the workload. Names of those that did not end their round within `timeoutMs`. */
  drain(timeoutMs: number): Promise<readonly string[]>;
  /** Last acquires and last reads. Names of those that did not end them in time. */
  finish(waitMs: number, timeoutMs: number): Promise<readonly string[]>;
  close(): void;
}

export interface CrewOptions {
  readonly hosts: Cluster["clients"];
  config(index: number): WorkerConfig;
}

/** How a client's process ended, and the last process id that it recorded. */
export interface ClientExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly process: number;
}

export function startCrew(options: CrewOptions): Crew {
  let closing = false;
  // What a client that was killed has to do as soon as it is back.
  let next: readonly ToWorker[] = [];
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
          if (message.kind === "ready") next.forEach((order) => client.tell(order));
          for (const tell of listeners) tell(client, message);
        },
      },
      () => closing,
    ),
  );
  const tellAll = (message: ToWorker): void => clients.forEach((client) => client.tell(message));

  /** Resolves when every client is in the state, or with the names of those that are not after `timeoutMs`. */
  function whenAll(state: Client["state"], timeoutMs: number): Promise<readonly string[]> {
    const missing = (): readonly string[] =>
      clients.filter((client) => client.state !== state).map((client) => client.name);
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

  return {
    ready: whenAll("ready", 30_000).then((missing) => {
      if (missing.length > 0) throw new Error(`clients did not start: ${missing.join(", ")}`);
    }),
    failed,
    start(origin) {
      const order = { kind: "start", origin: String(origin) } as const;
      next = [order];
      tellAll(order);
    },
    onExit: (listener) => void exitListeners.push(listener),
    grants: () => clients.reduce((sum, client) => sum + client.grants(), 0),

    aim(phase, { timeoutMs, signal }) {
      tickets += 1;
      const ticket = tickets;
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
          else end({ client: client.name, lock: message.lock, grant: message.grant, go });
        };
        const timer = setTimeout(giveUp, timeoutMs);
        signal.addEventListener("abort", giveUp, { once: true });
        listeners.add(hear);
        if (signal.aborted) giveUp();
        else tellAll({ kind: "arm", ticket, phase });
      });
    },

    async drain(timeoutMs) {
      next = [...next, { kind: "drain" }];
      tellAll({ kind: "drain" });
      return await whenAll("drained", timeoutMs);
    },

    async finish(waitMs, timeoutMs) {
      const locks = configs[0]?.locks ?? [];
      clients.forEach((client, index) =>
        client.tell({ kind: "finish", probe: locks.filter((_, n) => n % clients.length === index), waitMs }),
      );
      return await whenAll("finished", timeoutMs);
    },

    close() {
      closing = true;
      tellAll({ kind: "exit" });
    },
  };
}
