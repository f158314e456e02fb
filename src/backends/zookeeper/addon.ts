import { LockjepsenError } from "../../error.js";

/** What is used of the npm package zookeeper: ZooKeeper's own C client, driven by Node's event loop. */
export interface Handle {
  /** Sends nothing: the connection is made by and by. */
  init(options: {
    readonly connect: string;
    readonly timeout: number;
    readonly debug_level: number;
    readonly host_order_deterministic: boolean;
    /** Above it, the addon calls a session expired that is only quiet. */
    readonly response_counter_limit: number;
    readonly client_id?: string;
    readonly client_password?: string;
  }): void;
  /** Ends the session, if it is connected just now. */
  close(): void;
  readonly state: number;
  /** As granted, ms. */
  readonly timeout: number;
  readonly client_id: string;
  readonly client_password: string;
  on(event: "connect" | "connecting" | "close", listener: () => void): void;
  /** All return 0 if the request was taken on; then, and only then, `done` is called, once. */
  a_create(path: string, data: string, flags: number, done: Done<string>): number;
  a_delete_(path: string, version: number, done: Done<void>): number;
  a_exists(path: string, watch: boolean, done: Done<Stat>): number;
  aw_exists(path: string, changed: Changed, done: Done<Stat>): number;
  a_get_children(path: string, watch: boolean, done: Done<readonly string[]>): number;
  aw_get_children(path: string, changed: Changed, done: Done<readonly string[]>): number;
  a_sync(path: string, done: Done<string>): number;
}

type Done<T> = (code: number, message: string, value: T) => void;
/** Called once when it changes, and on every change of the connection's state. */
type Changed = (type: number, state: number, path: string) => void;

export interface Stat {
  /** Of the transaction that created it. Exact: the epoch in its upper half stays small. */
  readonly czxid: number;
  readonly ctime: Date;
  /** Session id, hexadecimal. */
  readonly ephemeralOwner: string;
}

export const CONNECTED = 3;
export const EPHEMERAL_SEQUENTIAL = 3;

/** An optional dependency, and a native addon: here, and built for this Node.js, or not. */
export async function loadAddon(): Promise<new () => Handle> {
  try {
    const { default: ZooKeeper } = await import("zookeeper");
    return ZooKeeper as unknown as new () => Handle;
  } catch (cause) {
    throw new LockjepsenError(
      "environment",
      "the npm package zookeeper, ZooKeeper's client, is not installed or was not built for this Node.js",
      "install python3, make and g++, then run `npm install zookeeper` (or `npm rebuild zookeeper`)",
      { cause },
    );
  }
}
