/** What holds a lock here is no connection but its key. To end it is to delete that by hand. */
import { DefiniteError } from "../../clients/contract.js";
import { briefly } from "./control.js";
import { DELETE_OWN } from "./scripts.js";

/** A key and the value of who holds it. */
export const sessionOf = (key: string, value: string): string => `${value} ${key}`;

/** Deletes it from one server. Rejects where it is not there: then nothing was ended. */
export async function endOn(endpoint: string, session: string): Promise<string> {
  const [, value = "", key = ""] = /^(\S*) (.*)$/s.exec(session) ?? [];
  const deleted = await briefly(endpoint, (redis) => redis.run(DELETE_OWN, [key], value));
  if (deleted !== 1) throw new DefiniteError(`${endpoint} has no ${key} of ${value}`);
  return `${key} of ${value} deleted by hand, says ${endpoint}`;
}
