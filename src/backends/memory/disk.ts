/** What the service keeps of each recipe in its data directory: enough to go on after a `kill -9`. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../error.js";
import type { Kept } from "./state.js";

export interface Disk {
  /** As it was kept last; undefined: never. */
  read(recipe: string): Kept | undefined;
  /** Is in the page cache when it returns, whole: a restart finds this or what was there before. */
  write(recipe: string, kept: Kept): void;
}

export function openDisk(directory: string): Disk {
  const written = new Map<string, string>();
  const fileOf = (recipe: string): string => join(directory, `${recipe}.json`);
  return {
    read(recipe) {
      try {
        return JSON.parse(readFileSync(fileOf(recipe), "utf8")) as Kept;
      } catch (error) {
        if (errnoOf(error) === "ENOENT") return undefined;
        throw error;
      }
    },
    write(recipe, kept) {
      const text = JSON.stringify(kept);
      if (written.get(recipe) === text) return;
      writeFileSync(`${fileOf(recipe)}.new`, text);
      renameSync(`${fileOf(recipe)}.new`, fileOf(recipe));
      written.set(recipe, text);
    },
  };
}
