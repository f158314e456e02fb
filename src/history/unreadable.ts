import { errnoOf, LockjepsenError, messageOf } from "../error.js";

/** Why a file or directory cannot be read, and what to do. */
export function unreadable(path: string, cause: unknown): LockjepsenError {
  const errno = errnoOf(cause);
  if (errno === "ENOENT" || errno === "ENOTDIR")
    return new LockjepsenError(
      "usage",
      `${path} does not exist`,
      "name a run's directory, like results/latest, or its history.jsonl",
      { cause },
    );
  return new LockjepsenError("environment", `cannot read ${path}: ${messageOf(cause)}`, "make it readable", {
    cause,
  });
}
