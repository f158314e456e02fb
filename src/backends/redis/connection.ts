import { Redis } from "ioredis";
import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";

/** Every command ends by then, one way or the other. */
const COMMAND_MS = 5_000;
const CONNECT_MS = 2_000;

/** One connection to one server: a command is sent once, on it, or not at all. */
export interface Connection {
  /**
   * Sends a command. Rejects with a {@link DefiniteError} where it was not sent, for there is no connection; with
   * anything else where it may have been carried out, or still be.
   */
  call(command: string, ...args: readonly (string | number)[]): Promise<unknown>;
  /** The same for a script on these keys. */
  run(script: string, keys: readonly string[], ...args: readonly (string | number)[]): Promise<unknown>;
  /** Rejects with a {@link DefiniteError} when the server cannot be reached in time. Opens a connection that was lost. */
  reach(): Promise<void>;
  /** How many connections were lost so far: what was sent on another one has an order of its own. */
  readonly losses: number;
  readonly isOpen: boolean;
  close(): void;
}

/**
 * ioredis without all that it does for comfort: no queue for commands that come while it is not connected, no command
 * sent again on the next connection, none repeated. It reconnects only when it is told to ({@link Connection.reach}).
 */
export function openConnection(endpoint: string): Connection {
  const [host = "", port = ""] = endpoint.split(":");
  const redis = new Redis({
    host,
    port: Number(port),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    disableClientInfo: true,
  });
  let losses = 0;
  let opening: Promise<void> | undefined;
  redis.on("error", () => {}); // told by whatever was asked for meanwhile
  redis.on("end", () => (losses += 1));

  async function reach(): Promise<void> {
    if (redis.status === "ready") return;
    opening ??= redis.connect().finally(() => (opening = undefined));
    try {
      await opening;
    } catch (cause) {
      throw new DefiniteError(`cannot reach redis at ${endpoint}: ${messageOf(cause)}`, { cause });
    }
  }

  async function call(command: string, ...args: readonly (string | number)[]): Promise<unknown> {
    // Written to the socket in this very turn, or certainly not.
    if (redis.status !== "ready") throw new DefiniteError(`no connection to redis at ${endpoint}`);
    try {
      return await redis.call(command, ...args);
    } catch (cause) {
      // Demoted: it refused to write. The next connection may be to the server that writes now.
      if (!isReply(cause) || !cause.message.includes("READONLY")) throw cause;
      redis.disconnect();
      throw new DefiniteError(`${endpoint} is a replica now`, { cause });
    }
  }

  return {
    call,
    run: (script, keys, ...args) => call("EVAL", script, keys.length, ...keys, ...args),
    reach,
    get losses() {
      return losses;
    },
    get isOpen() {
      return redis.status === "ready";
    },
    close: () => redis.disconnect(),
  };
}

/** Whether it is the server's own word: the command was not carried out. */
export const isReply = (error: unknown): error is Error =>
  error instanceof Error && error.name === "ReplyError";
