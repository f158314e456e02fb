/** What the tester does to a cluster by etcd's own means. */
import { setTimeout as sleep } from "node:timers/promises";
import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { clockOf } from "../http.js";
import { briefly, leader, memberOf } from "./health.js";
import { deadline } from "./connection.js";
import { isUnknownLease } from "./lease.js";

const CALL_MS = 2_000;
const TAKEOVER_MS = 5_000;

/**
 * Revokes a lease, by the first server that answers. Rejects also where there was none, as who hears that from one server
 * knows by all. That is definite, unless another had been asked before and not answered: it may have done it.
 */
export async function endSession(endpoints: readonly string[], session: string): Promise<string> {
  const silent: string[] = [];
  let open = false;
  for (const endpoint of endpoints) {
    let asked = false;
    try {
      const { header } = await briefly(endpoint, async (etcd) => {
        await etcd.reach(CALL_MS);
        asked = true;
        return await etcd.lease.leaseRevoke({ ID: session }, { deadline: deadline(CALL_MS) });
      });
      return `lease ${session} revoked at revision ${header.revision}, says ${endpoint}`;
    } catch (error) {
      silent.push(`${endpoint}: ${messageOf(error)}`);
      if (isUnknownLease(error)) break;
      open ||= asked;
    }
  }
  const why = `lease ${session} was not revoked: ${silent.join("; ")}`;
  throw open ? new Error(why) : new DefiniteError(why);
}

/** Has the leader hand its office to another server (`MoveLeader`), and waits until that one has it. */
export async function failover(endpoints: readonly string[]): Promise<string> {
  const from = await leader(endpoints);
  if (from === null) throw new Error("no server leads just now");
  const others = endpoints.filter((endpoint) => endpoint !== from);
  const members = await Promise.all(others.map((endpoint) => memberOf(endpoint).catch(() => null)));
  const to = members.findIndex((member) => member !== null);
  const heir = others[to];
  if (heir === undefined) throw new Error(`no other server than ${from} answers`);
  await briefly(from, async ({ maintenance }) => {
    await maintenance.moveLeader({ targetID: members[to] ?? "" }, { deadline: deadline(CALL_MS) });
  });
  for (const until = performance.now() + TAKEOVER_MS; performance.now() < until; await sleep(50)) {
    const now = await leader(endpoints);
    if (now !== null && now !== from) return `${now} leads instead of ${from}`;
  }
  throw new Error(`${from} did not give way to ${heir}`);
}

/** Whole seconds: the `Date` of an answer to `GET /version`, which etcd gives without asking anybody else. */
export const clock = (endpoint: string): Promise<number> => clockOf(`http://${endpoint}/version`);
