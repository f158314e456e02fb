/** What the tester asks of servers, and does to them, by Consul's own means. */
import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { clockOf, requestOnce } from "../http.js";
import { openConnection, type Connection } from "./connection.js";

const READY_MS = 1_000;
const LEADER_MS = 500;
const CALL_MS = 2_000;

/**
 * Whether a read as of now succeeds through it, so that it has a leader, and that one a quorum; and whether it is a voter:
 * one that was silent for long is taken in again, but stays without a vote for some time.
 */
export async function ready(endpoint: string): Promise<boolean> {
  const signal = AbortSignal.timeout(READY_MS);
  const [{ body, status }] = await Promise.all([
    requestOnce({ url: `http://${endpoint}/v1/operator/raft/configuration`, signal }),
    briefly(endpoint, READY_MS, (consul) => consul.read("lockjepsen")),
  ]);
  if (status !== 200) return false;
  const { Servers: servers } = JSON.parse(body) as { Servers: { Address: string; Voter: boolean }[] };
  return servers.some(({ Address, Voter }) => Voter && hostOf(Address) === hostOf(endpoint));
}

/**
 * The endpoint that leads, or null: it says so itself, and no other that says so is named by more. Asks all at once, and
 * takes no longer than the slowest answer or half a second: one of them may be frozen, or be an old leader that was cut
 * off and takes itself for one.
 */
export async function leader(endpoints: readonly string[]): Promise<string | null> {
  const named = await Promise.all(
    endpoints.map((endpoint) =>
      briefly(endpoint, LEADER_MS, (consul) => consul.leader()).then(hostOf, () => null),
    ),
  );
  const votes = (endpoint: string): number => named.filter((name) => name === hostOf(endpoint)).length;
  const claims = endpoints.filter((endpoint, index) => named[index] === hostOf(endpoint));
  return claims.sort((a, b) => votes(b) - votes(a))[0] ?? null;
}

/**
 * Destroys a session, by the first server that answers. Rejects also where there was none. That is definite, unless another
 * had been told to before and not answered: it may have done it.
 */
export async function endSession(endpoints: readonly string[], session: string): Promise<string> {
  const silent: string[] = [];
  let open = false;
  for (const endpoint of endpoints) {
    try {
      return await briefly(endpoint, CALL_MS, async (consul) => {
        if (!(await consul.exists(session))) throw new DefiniteError("no such session");
        // From here on until it answers.
        open = true;
        await consul.destroy(session);
        return `session ${session} destroyed, says ${endpoint}`;
      });
    } catch (error) {
      silent.push(`${endpoint}: ${messageOf(error)}`);
      if (error instanceof DefiniteError) break;
    }
  }
  const why = `session ${session} was not destroyed: ${silent.join("; ")}`;
  throw open ? new Error(why) : new DefiniteError(why);
}

/** Whole seconds: the `Date` of an answer that a server gives without asking anybody else. */
export const clock = (endpoint: string): Promise<number> => clockOf(`http://${endpoint}/v1/status/leader`);

/** Without its port: Raft's is another than the one that clients know. */
const hostOf = (endpoint: string): string => endpoint.split(":")[0] ?? "";

async function briefly<T>(
  endpoint: string,
  withinMs: number,
  ask: (consul: Connection) => Promise<T>,
): Promise<T> {
  const consul = openConnection(endpoint, withinMs);
  try {
    return await ask(consul);
  } finally {
    consul.close();
  }
}
