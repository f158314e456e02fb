import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "../error.js";

/**
 * Makes a directory with all above it. Node's own `recursive` never returns where a parent exists and yet says ENOENT,
 * as /proc does.
 */
export function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  makeDirectories(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run may have been faster.
    if (errnoOf(error) !== "EEXIST") throw error;
  }
}
