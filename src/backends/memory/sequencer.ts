import { reopening } from "./reopening.js";
import type { Connection } from "./connection.js";

export const SEQUENCER = "sequencer";
/** Chubby's grace period is 45 s, its lease 12 s. */
export const GRACE_TTLS = 4;

/** One connection to each service, kept: a register asks before every read and write. */
const connections = new Map<string, Promise<Connection>>();

/** Asks the service whether the grant of that number holds the lock just now. */
export async function stands(
  [endpoint = ""]: readonly string[],
  lock: string,
  token: string,
): Promise<boolean> {
  const opening = connections.get(endpoint) ?? reopening(endpoint, SEQUENCER);
  connections.set(endpoint, opening);
  opening.catch(() => connections.delete(endpoint)); // not reached: to be tried again
  return (await (await opening).ask({ do: "check", lock, token })).ok;
}
