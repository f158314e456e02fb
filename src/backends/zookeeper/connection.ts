import { CONNECTED, loadAddon, type Handle, type Stat } from "./addon.js";

/** Every request ends by then, one way or the other. */
export const REQUEST_MS = 5_000;

/** What a request failed with, as ZooKeeper counts it. */
export class ZkError extends Error {
  override readonly name = "ZkError";
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const NO_NODE = -101;
export const NODE_EXISTS = -110;
const EXPIRED = -112;

export const isCode = (error: unknown, code: number): boolean =>
  error instanceof ZkError && error.code === code;

/** A session over one connection after another. Every request is sent once, on the connection that there is, or not at all. */
export interface Connection {
  /** `<id>:<password>`, hexadecimal: with both, anybody can go on with the session. */
  readonly id: string;
  readonly timeoutMs: number;
  /** Whether it is connected, as far as the client library knows. */
  connected(): boolean;
  /** Aborted when ZooKeeper says that the session is over. It says so only to who is connected. */
  readonly expired: AbortSignal;
  /** Tells of each loss of the connection, until `over` aborts. */
  onDisconnected(listener: () => void, over: AbortSignal): void;
  /** Resolves when it is connected; rejects when it is not in time, or the session is over. */
  reach(withinMs: number): Promise<void>;
  create(path: string, data: string, flags: number): Promise<string>;
  remove(path: string): Promise<void>;
  /** Null: there is no such node. `changed`: once, when it changes, and when the connection's state does. */
  exists(path: string, changed?: () => void): Promise<Stat | null>;
  children(path: string, changed?: () => void): Promise<readonly string[]>;
  /** Resolves when the server knows all that was written before this. */
  sync(path: string): Promise<void>;
  /** Ends the session. */
  close(): void;
}

export interface ConnectionOptions {
  /** In the order in which they are tried: with the next, when one is lost. */
  readonly endpoints: readonly string[];
  readonly timeoutMs: number;
  /** A session to go on with. */
  readonly id?: string;
}

/** Resolves when there is a session. Rejects when there is none in time. */
export async function openConnection(options: ConnectionOptions, withinMs: number): Promise<Connection> {
  const Addon = await loadAddon();
  const handle: Handle = new Addon();
  const [client_id, client_password] = options.id?.split(":") ?? [];
  const expired = new AbortController();
  const lost = new Set<() => void>();
  const waiting = new Set<() => void>();
  let closed = false;
  handle.on("connect", () => waiting.forEach((look) => look()));
  handle.on("connecting", () => lost.forEach((tell) => tell()));
  handle.on("close", () => {
    if (!closed) expired.abort(new ZkError(EXPIRED, "ZooKeeper says that the session has expired"));
    closed = true;
    waiting.forEach((look) => look());
  });
  handle.init({
    connect: options.endpoints.join(","),
    timeout: options.timeoutMs,
    debug_level: 0,
    host_order_deterministic: true,
    response_counter_limit: 1_000_000,
    ...(client_id !== undefined && client_password !== undefined && { client_id, client_password }),
  });
  const connected = (): boolean => !closed && handle.state === CONNECTED;

  async function reach(withinMs: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        waiting.delete(look);
        if (error) reject(error);
        else resolve();
      };
      const look = (): void => {
        if (connected()) end();
        else if (closed) end((expired.signal.reason as Error | undefined) ?? new Error("closed"));
      };
      const timer = setTimeout(() => end(new Error("not connected to ZooKeeper")), withinMs);
      waiting.add(look);
      look();
    });
  }

  async function ask<T>(
    send: (done: (code: number, message: string, value: T) => void) => number,
  ): Promise<T> {
    // Otherwise the library would keep it, and send it on the next connection.
    if (!connected()) throw expired.signal.reason ?? new NotSent();
    return await new Promise<T>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("ZooKeeper did not answer in time")), REQUEST_MS);
      const refused = send((code, message, value) => {
        clearTimeout(late);
        if (code === 0) resolve(value);
        else reject(new ZkError(code, message));
      });
      if (refused === 0) return;
      clearTimeout(late);
      reject(new NotSent());
    });
  }

  const orNull = (error: unknown): null => {
    if (isCode(error, NO_NODE)) return null;
    throw error;
  };

  const connection: Connection = {
    get id() {
      return `${handle.client_id}:${handle.client_password}`;
    },
    get timeoutMs() {
      return handle.timeout;
    },
    connected,
    expired: expired.signal,
    onDisconnected(listener, over) {
      lost.add(listener);
      over.addEventListener("abort", () => lost.delete(listener), { once: true });
    },
    reach,
    create: (path, data, flags) => ask((done) => handle.a_create(path, data, flags, done)),
    remove: (path) => ask((done) => handle["a_delete_"](path, -1, done)),
    exists: (path, changed) =>
      ask<Stat>((done) =>
        changed ? handle.aw_exists(path, changed, done) : handle.a_exists(path, false, done),
      ).catch(orNull),
    children: (path, changed) =>
      ask((done) =>
        changed ? handle.aw_get_children(path, changed, done) : handle.a_get_children(path, false, done),
      ),
    async sync(path) {
      await ask<string>((done) => handle.a_sync(path, done));
    },
    close() {
      if (closed) return;
      closed = true;
      handle.close();
    },
  };
  await reach(withinMs).catch((error: unknown) => {
    connection.close();
    throw error;
  });
  return connection;
}

/** The request was not sent: there was no connection to send it on. */
export class NotSent extends Error {
  override readonly name = "NotSent";
  constructor() {
    super("not connected to ZooKeeper just now");
  }
}
