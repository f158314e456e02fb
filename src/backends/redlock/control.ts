import { DefiniteError } from "../../clients/contract.js";
import { endOn } from "../redis/session.js";
import { quorumOf } from "./ballot.js";

/** Ends a hold on all servers. Rejects where so few had it that it was none; definitely, if all answered. */
export async function endSession(endpoints: readonly string[], session: string): Promise<string> {
  const told = await Promise.allSettled(endpoints.map((endpoint) => endOn(endpoint, session)));
  const done = told.filter(({ status }) => status === "fulfilled").length;
  if (done < quorumOf(endpoints.length)) {
    const all = told.every((one) => one.status === "fulfilled" || one.reason instanceof DefiniteError);
    const why = `${done} of ${endpoints.length} servers had ${session}`;
    throw all ? new DefiniteError(why) : new Error(why);
  }
  return `deleted by hand on ${done} of ${endpoints.length} servers: ${session}`;
}
