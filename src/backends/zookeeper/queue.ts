import { randomUUID } from "node:crypto";
import { DefiniteError } from "../../clients/contract.js";
import { EPHEMERAL_SEQUENTIAL } from "./addon.js";
import { isCode, NO_NODE, NODE_EXISTS, NotSent, type Connection } from "./connection.js";
import { REACH_MS } from "./session.js";

/** Where the locks live: each is a directory of those who wait. */
const ROOT = "/lockjepsen";

export const directoryOf = (lock: string): string => `${ROOT}/${encodeURIComponent(lock)}`;

/**
 * Creates the own node at the end of the queue; resolves with its path. Its name begins with a GUID: where the answer was
 * lost, that tells whether the node is there. Throws a {@link DefiniteError} where it certainly is not.
 */
export async function enqueue(connection: Connection, directory: string, owner: string): Promise<string> {
  const guid = randomUUID();
  for (;;) {
    try {
      return await connection.create(`${directory}/${guid}-lock-`, owner, EPHEMERAL_SEQUENTIAL);
    } catch (error) {
      if (isCode(error, NO_NODE)) await makeDirectory(connection, directory);
      else return await find(connection, directory, guid, error);
    }
  }
}

/**
 * Looks for a node whose creation was not answered. What was sent on a connection that is lost is not carried out any
 * more once the session goes on with another one, and `sync` waits for what was.
 */
async function find(
  connection: Connection,
  directory: string,
  guid: string,
  failure: unknown,
): Promise<string> {
  if (failure instanceof NotSent || connection.expired.aborted) throw definite(failure);
  try {
    await connection.reach(REACH_MS);
    await connection.sync(directory);
    const name = (await connection.children(directory)).find((each) => each.startsWith(guid));
    if (name !== undefined) return `${directory}/${name}`;
  } catch (error) {
    // With its session all its nodes are gone.
    throw connection.expired.aborted ? definite(failure) : error;
  }
  throw definite(failure);
}

const definite = (failure: unknown): DefiniteError =>
  new DefiniteError(failure instanceof Error ? failure.message : String(failure), { cause: failure });

async function makeDirectory(connection: Connection, directory: string): Promise<void> {
  for (const path of [ROOT, directory])
    await connection.create(path, "", 0).catch((error: unknown) => {
      if (!isCode(error, NODE_EXISTS)) throw definite(error); // a directory holds no lock
    });
}

/** Names of the queue, the first to hold first: by the number that ZooKeeper has added to each. */
export const inOrder = (names: readonly string[]): readonly string[] =>
  [...names].sort((a, b) => numberOf(a) - numberOf(b));

const numberOf = (name: string): number => Number(name.slice(name.lastIndexOf("-lock-") + "-lock-".length));

/**
 * Deletes the own node. False: it was gone already, with its session or by somebody's hand. Rejects where nobody knows;
 * it is gone with the session then, at the latest.
 */
export async function leave(connection: Connection, path: string): Promise<boolean> {
  for (let asked = false; ;) {
    try {
      await connection.remove(path);
      return true;
    } catch (error) {
      if (connection.expired.aborted) return false;
      // Gone by what was asked for before, on a connection that was lost.
      if (isCode(error, NO_NODE)) return asked;
      if (asked) throw error;
      asked = !(error instanceof NotSent);
      // Where that tells that the session is over, so does the next request.
      await connection.reach(REACH_MS).catch((trouble: unknown) => {
        if (!connection.expired.aborted) throw trouble;
      });
    }
  }
}
