import { DefiniteError } from "../../clients/contract.js";
import { endOn } from "../redis/session.js";
import { quorumOf } from "./ballot.js";

/** Ends a hold on all servers. Rejects where so few had it that it was none; definitely, if nothing was deleted anywhere. */
export async function endSession(endpoints: readonly string[], session: string): Promise<string> {
  const told = await Promise.allSettled(endpoints.map((endpoint) => endOn(endpoint, session)));
  const done = told.filter(({ status }) => status === "fulfilled").length;
  if (done < quorumOf(endpoints.length)) {
    // From the few that had it it is gone, and those that cannot be reached may have it: it may have been a hold.
    const nothing = told.every((one) => one.status === "rejected" && one.reason instanceof DefiniteError);
    const why = `${done} of ${endpoints.length} servers had ${session}`;
    throw nothing ? new DefiniteError(why) : new Error(why);
  }
  return `deleted by hand on ${done} of ${endpoints.length} servers: ${session}`;
}
