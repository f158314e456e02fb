/** Clients that use a backend's locks from inside the cluster's network, each driver a process of its own. */
import type { ChildProcess } from "node:child_process";
import type { Host } from "../cluster/types.js";
import type { Answer, GrantNews, Notice, Request } from "./protocol.js";

/** Clients in one process inside the cluster's network. */
export interface Driver {
  readonly child: ChildProcess;
  /** `stopsAtNow` n: the process stops itself (SIGSTOP) when this client asks for the time for the nth time. */
  connect(recipe: string, options?: { readonly stopsAtNow: number }): Promise<RemoteClient>;
  ready(endpoint: string): Promise<boolean>;
  /** By the service's own means. */
  endSession(session: string): Promise<string>;
  leader(): Promise<string | null>;
  failover(): Promise<string>;
  clock(endpoint: string): Promise<number>;
}

export interface RemoteClient {
  acquire(
    lock: string,
    options?: { readonly ttlMs?: number; readonly waitMs?: number },
  ): Promise<RemoteGrant | null>;
  close(): Promise<void>;
}

export interface RemoteGrant extends GrantNews {
  readonly lost: Promise<string>;
  /** Renewals that were acknowledged so far. */
  readonly renewals: readonly { readonly sentMs: number; readonly validUntilMs: number }[];
  release(): Promise<string>;
}

/** A call that failed over there. */
export class RemoteError extends Error {
  readonly definite: boolean;
  constructor(message: string, definite: boolean) {
    super(message);
    this.definite = definite;
  }
}

type Unnumbered<T> = T extends unknown ? Omit<T, "n"> : never;

let drivers = 0;
/**
 * No two clients may share an owner's name, so each driver has numbers of its own. Divisible by every number of servers:
 * the first client of each driver is bound to the second server.
 */
const PROCESSES_EACH = 2_520;

/** `argv`: the driver, a JavaScript file, and what it is told. */
export function startDriver(host: Host, argv: readonly string[]): Driver {
  const child = host.spawn([process.execPath, ...argv], { stdio: ["ignore", "ignore", "pass-on", "ipc"] });
  const calls = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  const noticed = new Map<number, (notice: Notice) => void>();
  let n = 0;
  let processes = PROCESSES_EACH * (drivers += 1);
  child.on("message", (message: Answer | Notice) => {
    if ("grant" in message) return noticed.get(message.grant)?.(message);
    const call = calls.get(message.n);
    calls.delete(message.n);
    if ("error" in message) call?.reject(new RemoteError(message.error, message.definite));
    else call?.resolve(message.value as never);
  });
  const ended = (): Error => new Error("the driver ended");
  child.once("exit", () => {
    for (const { reject } of calls.values()) reject(ended());
  });

  const send = <T>(request: Request): Promise<T> =>
    new Promise((resolve, reject) => {
      calls.set(request.n, { resolve, reject });
      // Unheard, a channel that is closed would be an error of the whole program.
      child.send(request, (error) => void (error && reject(ended())));
    });
  const ask = <T>(request: Unnumbered<Request>): Promise<T> => send({ n: (n += 1), ...request });

  async function acquire(client: number, lock: string, options: Parameters<RemoteClient["acquire"]>[1] = {}) {
    const { ttlMs = 2_000, waitMs = 0 } = options;
    const id = (n += 1);
    const renewals: { sentMs: number; validUntilMs: number }[] = [];
    const lost = new Promise<string>((resolve) => {
      noticed.set(id, (notice) => {
        if ("lost" in notice) resolve(notice.lost);
        else renewals.push(notice.renewed);
      });
    });
    const news = await send<GrantNews | null>({ n: id, do: "acquire", client, lock, ttlMs, waitMs });
    if (!news) return null;
    const release = (): Promise<string> => ask({ do: "release", client, grant: news.grant });
    return { ...news, lost, renewals, release };
  }

  return {
    child,
    async connect(recipe, { stopsAtNow } = { stopsAtNow: 0 }) {
      const client = await ask<number>({ do: "connect", recipe, process: (processes += 1), stopsAtNow });
      return {
        acquire: (lock, options) => acquire(client, lock, options),
        close: () => ask({ do: "close", client }),
      };
    },
    ready: (endpoint) => ask({ do: "ready", endpoint }),
    endSession: (session) => ask({ do: "end-session", session }),
    leader: () => ask({ do: "leader" }),
    failover: () => ask({ do: "failover" }),
    clock: (endpoint) => ask({ do: "clock", endpoint }),
  };
}
