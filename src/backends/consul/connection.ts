import Consul from "consul";
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";

/** Every request ends by then, one way or the other. */
export const REQUEST_MS = 5_000;

/** A key of the store. */
export interface Entry {
  /** The id of the session that holds it; absent: nobody. */
  readonly Session?: string;
  /** How often it was acquired. */
  readonly LockIndex: number;
  /** The store's index of its last change. */
  readonly ModifyIndex: number;
}

/** An entry, or null if there is none, and the store's index to wait beyond. */
export interface Look {
  readonly entry: Entry | null;
  readonly index: string;
}

export interface SessionTerms {
  readonly ttlSeconds: number;
  readonly lockDelaySeconds: number;
  readonly behavior: "release" | "delete";
  /** Health checks of the server's node that end the session when they fail. */
  readonly checks: readonly string[];
}

/** One server, by the npm package consul. Every request is sent once and has an end. */
export interface Connection {
  create(terms: SessionTerms & { readonly name: string }): Promise<string>;
  /** Whether the session stood. */
  renew(session: string): Promise<boolean>;
  destroy(session: string): Promise<void>;
  exists(session: string): Promise<boolean>;
  /** False: held, or shut for its lock-delay. */
  acquire(key: string, session: string): Promise<boolean>;
  /** False: not held by that session. */
  release(key: string, session: string, withinMs?: number): Promise<boolean>;
  /** As of now, by the leader and a quorum. */
  read(key: string): Promise<Look>;
  /** Resolves when the store's index for the key has passed `index`, after `waitMs` at the latest. Rejects when aborted. */
  watch(key: string, index: string, waitMs: number, signal: AbortSignal): Promise<Look>;
  /** `10.77.0.2:8300`, or "". */
  leader(): Promise<string>;
  close(): void;
}

export function openConnection(endpoint: string, requestMs = REQUEST_MS): Connection {
  const [host = "", port = ""] = endpoint.split(":");
  // An end for every request: papi, which the package builds upon, knows it, its types do not.
  const options = { host, port: Number(port), timeout: requestMs };
  const consul = new Consul(options);

  /** A read with its answer's headers. What the package's types leave out, it takes: `timeout`, `ctx`. */
  async function look(key: string, more: object, signal?: AbortSignal): Promise<Look> {
    const context = Object.assign(new EventEmitter(), { includeResponse: true });
    const cancel = (): void => void context.emit("cancel");
    signal?.throwIfAborted();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const answer: unknown = await consul.kv.get({ key, ctx: context, ...more } as { key: string });
      const [response, entry = null] = answer as [IncomingMessage, Entry | undefined];
      return { entry, index: String(response.headers["x-consul-index"] ?? "0") };
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  return {
    async create({ name, ttlSeconds, lockDelaySeconds, behavior, checks }) {
      const { ID } = await consul.session.create({
        name,
        ttl: `${ttlSeconds}s`,
        lockdelay: `${lockDelaySeconds}s`,
        behavior,
        checks: [...checks],
      });
      return ID;
    },
    async renew(session) {
      try {
        await consul.session.renew(session);
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
    async destroy(session) {
      await consul.session.destroy(session);
    },
    exists: async (session) => (await consul.session.info(session)) !== undefined,
    acquire: (key, session) => consul.kv.set({ key, value: "", acquire: session }),
    release(key, session, withinMs = requestMs) {
      const more = { timeout: withinMs };
      return consul.kv.set({ key, value: "", release: session, ...more });
    },
    read: (key) => look(key, { consistent: true }),
    watch: (key, index, waitMs, signal) =>
      // Consul answers up to a sixteenth later than asked.
      look(key, { index, wait: `${waitMs}ms`, timeout: waitMs * 1.0625 + requestMs }, signal),
    // Nothing at all where it knows of none.
    leader: async () => (await consul.status.leader()) || "",
    close: () => consul.destroy(),
  };
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && "statusCode" in error && error.statusCode === 404;
