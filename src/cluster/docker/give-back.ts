/** Files that root made for a user become the user's. */
import { lchownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Everything below these directories that is not ours and was made or changed since. */
export function foreignFiles(
  paths: readonly string[],
  sinceMs: number,
  uid: number = process.getuid?.() ?? 0,
): readonly string[] {
  return paths.flatMap((path) =>
    [path, ...below(path)].filter((file) => {
      const stat = lstatSync(file, { throwIfNoEntry: false });
      return stat !== undefined && stat.uid !== uid && stat.ctimeMs >= sinceMs;
    }),
  );
}

/** Gives what root made below these directories since then to a user. */
export function giveTo(
  { uid, gid, paths }: { readonly uid: number; readonly gid: number; readonly paths: readonly string[] },
  sinceMs: number,
): void {
  for (const file of foreignFiles(paths, sinceMs, uid)) lchownSync(file, uid, gid);
}

function below(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true }).map((name) => join(directory, String(name)));
  } catch {
    return []; // gone, or a file
  }
}
