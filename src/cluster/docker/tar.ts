import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { withScratch } from "../cache.js";

export interface FileEntry {
  readonly content: string | Uint8Array;
  readonly mode?: number;
}

/** A directory as an archive, with all in it owned by `owner` (user and group alike); null: by whom it is. */
export function packDirectory(directory: string, owner: number | null): Readable {
  const ids = ["--numeric-owner", ...(owner === null ? [] : [`--owner=${owner}`, `--group=${owner}`])];
  const child = spawn("tar", ["-C", directory, ...ids, "-c", "."], { stdio: ["ignore", "pipe", "pipe"] });
  const archive = new PassThrough();
  const said = text(child.stderr);
  child.once("error", (error) => archive.destroy(error));
  child.once("exit", (code) => {
    if (code !== 0) void said.then((words) => archive.destroy(new Error(`tar: ${words.trim()}`)));
  });
  return child.stdout.pipe(archive);
}

/** Hands an archive of these files, by their paths in it, and of these (else empty) directories to `use`. */
export async function withArchive<T>(
  files: Readonly<Record<string, FileEntry>>,
  owner: number,
  use: (archive: Readable) => Promise<T>,
  directories: readonly string[] = [],
): Promise<T> {
  return withScratch(async (scratch) => {
    for (const path of directories) await mkdir(join(scratch, path), { recursive: true });
    for (const [path, { content, mode = 0o644 }] of Object.entries(files)) {
      await mkdir(dirname(join(scratch, path)), { recursive: true });
      await writeFile(join(scratch, path), content, { mode });
    }
    return use(packDirectory(scratch, owner));
  });
}
