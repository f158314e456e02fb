import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { formatDuration } from "../../units.js";
import { openConnection, type Connection } from "./connection.js";
import { promisedFor } from "./promises.js";
import { askWord, valueOf } from "./words.js";

/** How long it may take to get a session, or back to it. */
export const REACH_MS = 5_000;
const WORD_MS = 1_000;

/** A session, and what an answer in it is worth. */
export interface Session {
  readonly connection: Connection;
  /** What was asked for, and granted. */
  readonly ttlMs: number;
  readonly promisedMs: number;
}

/** The sessions of a client, one after the other: each is used until it is over. */
export interface Sessions {
  /** A session that is connected. Throws a {@link DefiniteError}: nothing was asked for in one. */
  get(ttlMs: number): Promise<Session>;
  close(): void;
}

/** `endpoints`: in the order in which they are tried. */
export function openSessions(endpoints: readonly string[]): Sessions {
  let current: Session | undefined;

  function drop(): void {
    current?.connection.close();
    current = undefined;
  }

  async function open(ttlMs: number): Promise<Session> {
    const connection = await openConnection({ endpoints, timeoutMs: ttlMs }, REACH_MS);
    const granted = connection.timeoutMs;
    if (granted !== ttlMs) {
      connection.close();
      const length = formatDuration(granted);
      throw new Error(`ZooKeeper grants a session of ${length} instead: take --ttl ${length}`);
    }
    return { connection, ttlMs, promisedMs: promisedFor(ttlMs, await syncLimitOf(endpoints)) };
  }

  return {
    async get(ttlMs) {
      try {
        if (current && (current.ttlMs !== ttlMs || current.connection.expired.aborted)) drop();
        current ??= await open(ttlMs);
        await current.connection.reach(REACH_MS);
        return current;
      } catch (error) {
        drop(); // whatever it was good for: it runs out by itself
        throw new DefiniteError(`no session: ${messageOf(error)}`, { cause: error });
      }
    },
    close: drop,
  };
}

/** `syncLimit` in ms, by the first server that tells. One that is alone has no leader to lose. */
async function syncLimitOf(endpoints: readonly string[]): Promise<number> {
  for (const endpoint of endpoints) {
    const conf = await askWord(endpoint, "conf", WORD_MS).catch(() => "");
    const tick = valueOf(conf, "tickTime");
    if (tick !== undefined) return Number(tick) * Number(valueOf(conf, "syncLimit") ?? 0);
  }
  throw new Error("no server tells its syncLimit");
}
