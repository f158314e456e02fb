import type { IStatusResponse } from "etcd3";
import { deadline, openConnection, type Connection } from "./connection.js";

const READY_MS = 1_000;
const STATUS_MS = 500;

/** Whether a server reads linearizably (so it has a leader and a quorum) and is a full member. */
export const ready = (endpoint: string): Promise<boolean> =>
  briefly(endpoint, async ({ kv, maintenance }) => {
    const options = { deadline: deadline(READY_MS) };
    const [{ isLearner }] = await Promise.all([
      maintenance.status(options),
      kv.range({ key: Buffer.from("lockjepsen"), count_only: true }, options),
    ]);
    return !isLearner;
  });

/**
 * The endpoint that leads, or null. Asks all at once, and takes no longer than the slowest answer or half a second: one
 * of them may be frozen. An old leader that was cut off still takes itself for one: the highest term counts.
 */
export async function leader(endpoints: readonly string[]): Promise<string | null> {
  const answers = await Promise.all(
    endpoints.map((endpoint) =>
      briefly(endpoint, ({ maintenance }) => maintenance.status({ deadline: deadline(STATUS_MS) })).then(
        (status) => ({ endpoint, status }),
        () => null,
      ),
    ),
  );
  const claims = answers.filter((answer) => answer !== null).filter(({ status }) => leads(status));
  const newest = claims.sort((a, b) => Number(b.status.raftTerm) - Number(a.status.raftTerm))[0];
  return newest?.endpoint ?? null;
}

const leads = ({ header, leader }: IStatusResponse): boolean => leader !== "0" && leader === header.member_id;

/** The id of the member that a server is. */
export const memberOf = (endpoint: string): Promise<string> =>
  briefly(
    endpoint,
    async ({ maintenance }) => (await maintenance.status({ deadline: deadline(STATUS_MS) })).header.member_id,
  );

/** What `ask` says, on a connection of its own. */
export async function briefly<T>(endpoint: string, ask: (etcd: Connection) => Promise<T>): Promise<T> {
  const etcd = openConnection(endpoint);
  try {
    return await ask(etcd);
  } finally {
    etcd.close();
  }
}
