import { errnoOf, messageOf } from "../error.js";
import { lastLine } from "./command.js";
import type { ExecResult } from "./types.js";

/** Why packages could not be had. */
export interface AptTrouble {
  readonly kind: "no-mirror" | "no-suite" | "no-package" | "no-key" | "disk-full" | "read-only" | "network";
  /** apt's own words. */
  readonly detail: string;
}

const SIGNS: readonly (readonly [AptTrouble["kind"], RegExp])[] = [
  ["disk-full", /No space left on device|Disk quota exceeded|don't have enough free space/i],
  ["no-key", /NO_PUBKEY|is not signed|Missing key|public key is not available|keyring .* not/i],
  ["no-suite", /does not have a Release file|no longer has a Release file/i],
  ["no-package", /Unable to locate package|has no installation candidate|Can't select/i],
];

/** Reads what apt or dpkg-deb said when it failed (in the C locale). */
export function aptTrouble({ stdout, stderr }: ExecResult): AptTrouble {
  const [kind = "network"] = SIGNS.find(([, sign]) => sign.test(`${stdout}\n${stderr}`)) ?? [];
  // A summary at the end ("Some index files failed to download") names no cause.
  const complaints = stderr
    .split("\n")
    .filter((line) => /^(?:E|W|dpkg-deb: error|tar):/.test(line) && !line.startsWith("E: Some index files"));
  const telling =
    complaints.find((line) => line.startsWith("E:")) ?? complaints[0] ?? lastLine(stderr || stdout);
  return { kind, detail: telling.replace(/^[EW]: */, "") };
}

/** What the file system said of our cache; anything else is thrown on. */
export function cacheTrouble(error: unknown): AptTrouble {
  switch (errnoOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return { kind: "disk-full", detail: messageOf(error) };
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOTDIR":
      return { kind: "read-only", detail: messageOf(error) };
    default:
      throw error;
  }
}
