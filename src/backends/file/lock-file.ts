/** A file whose being there is the lock; what it says is whose. */
import { open, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "../../error.js";

/** Where a lock's file is: any name makes a good one. */
export const pathOf = (directory: string, lock: string): string =>
  join(directory, `${encodeURIComponent(lock)}.lock`);

/** `O_CREAT | O_EXCL`: made by one alone. False: it is there already. Rejects where it was not made, or is gone again. */
export async function create(path: string, owner: string): Promise<boolean> {
  const file = await open(path, "wx").catch((error: unknown) => {
    if (errnoOf(error) === "EEXIST") return null;
    throw error;
  });
  if (file === null) return false;
  try {
    await file.writeFile(owner);
    return true;
  } catch (error) {
    await unlink(path); // nobody else took it for theirs: it says nobody's name
    throw error;
  } finally {
    await file.close();
  }
}

/** Removes it if it is its owner's. False: it is not, or there is none. */
export async function removeOwn(path: string, owner: string): Promise<boolean> {
  const found = await absentIs(null, readFile(path, "utf8"));
  return found === owner && (await remove(path));
}

/** Removes it, whoever's it is. False: there is none. */
export const remove = (path: string): Promise<boolean> =>
  absentIs(
    false,
    unlink(path).then(() => true),
  );

/** How long ago it was last written, ms, by this client's wall clock; null: there is none. */
export async function ageOf(path: string): Promise<number | null> {
  const found = await absentIs(null, stat(path));
  return found && Date.now() - found.mtimeMs;
}

async function absentIs<T, A>(absent: A, reading: Promise<T>): Promise<T | A> {
  try {
    return await reading;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return absent;
    throw error;
  }
}
