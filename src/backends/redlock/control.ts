import { endOn } from "../redis/session.js";
import { quorumOf } from "./ballot.js";

/** Ends a hold on all servers. Rejects where so few had it that it was none. */
export async function endSession(endpoints: readonly string[], session: string): Promise<string> {
  const told = await Promise.allSettled(endpoints.map((endpoint) => endOn(endpoint, session)));
  const done = told.filter(({ status }) => status === "fulfilled").length;
  if (done < quorumOf(endpoints.length))
    throw new Error(`${done} of ${endpoints.length} servers had ${session}`);
  return `deleted by hand on ${done} of ${endpoints.length} servers: ${session}`;
}
