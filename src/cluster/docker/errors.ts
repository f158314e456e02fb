/** What the engine says when something fails, as a person can mend it. */
import { errnoOf, LockjepsenError, messageOf } from "../../error.js";

/** The engine's own words: dockerode wraps them in the request's. */
export function engineMessage(error: unknown): string {
  const json = (error as { readonly json?: unknown } | null)?.json;
  const said =
    typeof json === "object" && json !== null && "message" in json ? String(json.message) : messageOf(error);
  return said.replaceAll(/\s*\n\s*/g, " ").trim();
}

export const statusOf = (error: unknown): number | undefined =>
  (error as { readonly statusCode?: number } | null)?.statusCode;

/** There is no such container, image or network (any more). */
export const isMissing = (error: unknown): boolean => statusOf(error) === 404;

/** The engine itself is gone, not just what was asked of it. */
export const isGone = (error: unknown): boolean =>
  ["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE"].includes(errnoOf(error) ?? "") ||
  /socket hang up/.test(messageOf(error));

const DISK_FULL = /no space left on device|disk quota exceeded/i;
const NO_PROGRAM =
  /exec: "([^"]+)": (?:executable file not found|stat [^:]*: no such file|permission denied)/;
const NO_PROGRAM_BY_PATH = /(?:stat|exec) ([^\s:]+): no such file or directory/;

/** `what`: what could not be done, in words. An error of ours stays as it is. */
export function engineError(what: string, error: unknown): LockjepsenError {
  if (error instanceof LockjepsenError) return error;
  const said = engineMessage(error);
  const make = (why: string, hint: string): LockjepsenError =>
    new LockjepsenError("environment", `${what}: ${why}`, hint, { cause: error });
  if (isGone(error))
    return make("the Docker engine does not answer any more", "start it, then run `lockjepsen clean`");
  if (DISK_FULL.test(said))
    return make("the engine's disk is full", "free some space (`docker system prune` shows where it went)");
  const program = missingProgram(error);
  if (program !== undefined)
    return make(`its image has no ${program}`, "take an image that has it on its PATH, or leave --image out");
  return make(said, "run `lockjepsen doctor`: it tells what is wrong with the engine");
}

/** The program that an image lacks, if that is why a container could not be started. */
export function missingProgram(error: unknown): string | undefined {
  const said = engineMessage(error);
  return (NO_PROGRAM.exec(said) ?? (/OCI runtime/.test(said) ? NO_PROGRAM_BY_PATH.exec(said) : null))?.[1];
}
