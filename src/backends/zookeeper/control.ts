/** What the tester asks of servers, and does to them, by ZooKeeper's own means. */
import { messageOf } from "../../error.js";
import { EPHEMERAL_SEQUENTIAL } from "./addon.js";
import { openConnection, type Connection } from "./connection.js";
import { askWord, valueOf } from "./words.js";

const READY_MS = 1_000;
const LEADER_MS = 500;
const CALL_MS = 3_000;
/** As long a session as any server grants. */
const SESSION_MS = 10_000;

/** Whether it serves as a member of a quorum. One without a leader says that it does not serve. */
export async function ready(endpoint: string): Promise<boolean> {
  return valueOf(await askWord(endpoint, "srvr", READY_MS), "Mode") !== undefined;
}

/**
 * The endpoint that leads, or null. Asks all at once, and takes no longer than the slowest answer or half a second: one
 * of them may be frozen. An old leader that was cut off still takes itself for one: the highest epoch counts, which is
 * the upper half of a transaction's id.
 */
export async function leader(endpoints: readonly string[]): Promise<string | null> {
  const answers = await Promise.all(
    endpoints.map((endpoint) => askWord(endpoint, "srvr", LEADER_MS).catch(() => "")),
  );
  const claims = endpoints.flatMap((endpoint, index) => {
    const answer = answers[index] ?? "";
    const leads = /^(?:leader|standalone)$/.test(valueOf(answer, "Mode") ?? "");
    return leads ? [{ endpoint, epoch: BigInt(valueOf(answer, "Zxid") ?? 0) >> 32n }] : [];
  });
  return claims.sort((a, b) => Number(b.epoch - a.epoch))[0]?.endpoint ?? null;
}

/**
 * Closes a session from another client that goes on with it, by its id and password. Rejects where it cannot be gone on
 * with: then it had ended already, or nobody knows.
 */
export async function endSession(endpoints: readonly string[], session: string): Promise<string> {
  const id = `0x${session.split(":")[0]}`;
  const goOn = (): Promise<Connection> =>
    openConnection({ endpoints, timeoutMs: SESSION_MS, id: session }, CALL_MS);
  const first = await goOn().catch((cause: unknown) => {
    throw new Error(`session ${id} was not closed: ${messageOf(cause)}`, { cause });
  });
  first.close();
  // The library does not wait for the answer: who tries to go on with the session hears that it is over.
  const second = await goOn().catch((error: unknown) => messageOf(error));
  if (typeof second === "string") return `session ${id} closed by its id and password; then: ${second}`;
  second.close();
  throw new Error(`session ${id} could be gone on with after it was closed`);
}

/** When the leader says that a node was created: no other server tells its time. */
export async function clock(endpoint: string): Promise<number> {
  const mode = valueOf(await askWord(endpoint, "srvr", READY_MS), "Mode");
  if (mode !== "leader" && mode !== "standalone")
    throw new Error(`${endpoint} is no leader: only that one's clock shows`);
  const connection = await openConnection({ endpoints: [endpoint], timeoutMs: SESSION_MS }, CALL_MS);
  try {
    const path = await connection.create("/lockjepsen-clock-", "", EPHEMERAL_SEQUENTIAL);
    const stat = await connection.exists(path);
    if (!stat) throw new Error(`${endpoint} does not tell its time`);
    return stat.ctime.getTime();
  } finally {
    connection.close();
  }
}
