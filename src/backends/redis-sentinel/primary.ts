import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { openConnection, type Connection } from "../redis/connection.js";
import { briefly } from "../redis/control.js";
import { MASTER, sentinelsAmong } from "./cluster.js";

/** Which server a sentinel takes for the primary: `10.77.0.1:6379`. Null: it knows of none. */
export async function primaryBy(sentinel: string): Promise<string | null> {
  const address = await briefly(sentinel, (redis) =>
    redis.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER),
  );
  return Array.isArray(address) ? address.join(":") : null;
}

/**
 * One connection to the primary, as "Guidelines for Redis clients with support for Redis Sentinel" has it: one sentinel
 * after the other is asked who that is, and the server itself whether it is. Nothing is sent again on the next one.
 */
export function openPrimary(endpoints: readonly string[]): Connection {
  const sentinels = sentinelsAmong(endpoints);
  let current: Connection | undefined;
  let losses = 0;
  let opening: Promise<void> | undefined;

  /** Takes the connection over, or says why not. */
  async function tryBy(sentinel: string): Promise<string | null> {
    const endpoint = await primaryBy(sentinel);
    if (endpoint === null) return `${sentinel} knows of no primary`;
    const redis = openConnection(endpoint);
    try {
      await redis.reach();
      const [role] = (await redis.call("ROLE")) as readonly string[];
      if (role !== "master")
        throw new Error(`${endpoint} is a ${role}, though ${sentinel} calls it the primary`);
    } catch (error) {
      redis.close();
      throw error;
    }
    losses += current?.losses ?? 0;
    current = redis;
    return null;
  }

  async function find(): Promise<void> {
    const troubles: string[] = [];
    for (const sentinel of sentinels) {
      const trouble = await tryBy(sentinel).catch(messageOf);
      if (trouble === null) return;
      troubles.push(trouble);
    }
    throw new DefiniteError(`no primary was found: ${troubles.join("; ")}`);
  }

  const present = (): Connection => {
    if (!current) throw new DefiniteError("no primary was found yet");
    return current;
  };

  return {
    call: async (command, ...args) => await present().call(command, ...args),
    run: async (script, keys, ...args) => await present().run(script, keys, ...args),
    async reach() {
      if (current?.isOpen) return;
      opening ??= find().finally(() => (opening = undefined));
      await opening;
    },
    get losses() {
      return losses + (current?.losses ?? 0);
    },
    get isOpen() {
      return current?.isOpen ?? false;
    },
    close: () => current?.close(),
  };
}
