/** What an operator may do to the service: end a session, promote the replica. */
import { setTimeout as sleep } from "node:timers/promises";
import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import type { Connection } from "./connection.js";
import { openPrimary, primaryOf, standings } from "./database.js";
import { databases, OBSERVER } from "./health.js";
import { breakLease } from "./methods/lease-row.js";

const GONE_MS = 5_000;
const PROMOTE_S = 10;

/** Ends the session of that pid, or breaks the lease of that name: the answer, once it is gone. */
export async function endSession(endpoints: readonly string[], session: string): Promise<string> {
  const primary = await openPrimary(databases(endpoints), OBSERVER);
  try {
    return /^\d+$/.test(session) ? await terminate(primary, session) : await breakLease(primary, session);
  } finally {
    primary.close();
  }
}

async function terminate(primary: Connection, pid: string): Promise<string> {
  const [row] = await primary.query<{ told: boolean }>("SELECT pg_terminate_backend($1) AS told", [pid]);
  if (row?.told !== true) throw new DefiniteError(`there is no session ${pid}`);
  for (const since = performance.now(); performance.now() - since < GONE_MS; await sleep(5)) {
    const left = await primary
      .query("SELECT FROM pg_stat_activity WHERE pid = $1", [pid])
      .catch((cause: unknown) => {
        // Not "nothing was done": it has been told to end.
        throw new Error(`nobody knows whether the session ${pid} ended: ${messageOf(cause)}`, { cause });
      });
    if (left.length === 0) return `pg_terminate_backend(${pid}): the session is gone`;
  }
  throw new Error(`the session ${pid} did not end within ${GONE_MS} ms`);
}

/**
 * Promotes the replica. The old primary, if it can be reached, is told to take no writes any more and ends its sessions
 * first: two primaries would be the operator's fault. Nobody waits until the replica has all that was committed, since
 * replication is asynchronous: where it lags, what it lacks is lost.
 */
export async function failover(endpoints: readonly string[]): Promise<string> {
  const all = await standings(databases(endpoints), OBSERVER);
  try {
    const heir = all.find(({ replica }) => replica);
    if (!heir) throw new Error("there is no replica that could be promoted");
    const old = primaryOf(all);
    if (old) await retire(old.connection);
    const [row] = await heir.connection.query<{ done: boolean }>(
      "SELECT pg_promote(true, $1) AS done",
      [PROMOTE_S],
      { timeoutMs: 1_000 * (PROMOTE_S + 1) },
    );
    if (row?.done !== true) throw new Error(`${heir.endpoint} was not promoted within ${PROMOTE_S} s`);
    return `${heir.endpoint} was promoted${old ? `, ${old.endpoint} takes no writes` : ""}`;
  } finally {
    for (const { connection } of all) connection.close();
  }
}

async function retire(primary: Connection): Promise<void> {
  await primary.query("ALTER SYSTEM SET default_transaction_read_only = on");
  await primary.query("SELECT pg_reload_conf()");
  const since = performance.now();
  for (;;) {
    const [row] = await primary.query<{ off: boolean }>(
      "SELECT current_setting('default_transaction_read_only') = 'off' AS off",
    );
    if (row?.off !== true) break;
    if (performance.now() - since > GONE_MS) throw new Error("the old primary goes on taking writes");
    await sleep(5);
  }
  await primary.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
  );
}
