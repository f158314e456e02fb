import { errnoOf, LockjepsenError, messageOf } from "./error.js";

/** Does what writes to a path. Rejections of the file system become words; `mend`: what else than to make room may help. */
export function writing<T>(path: string, mend: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw cannotWrite(path, mend, cause);
  }
}

/** What the file system says as something that a person can mend. */
export function cannotWrite(path: string, mend: string, cause: unknown): LockjepsenError {
  const errno = errnoOf(cause) ?? "";
  const full = errno === "ENOSPC" || errno === "EDQUOT";
  const what = full ? "the disk is full" : (WORDS[errno] ?? messageOf(cause));
  const hint = full ? `free some space, or ${mend}` : mend;
  return new LockjepsenError("environment", `cannot write ${path}: ${what}`, hint, { cause });
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "it is not writable",
  EPERM: "it is not writable",
  EROFS: "it is not writable",
  ENOTDIR: "a part of that path is a file, and no directory",
};
