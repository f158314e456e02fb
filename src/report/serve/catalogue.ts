/** The runs below a directory of results, from their verdicts. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { VerdictDocument } from "../types.js";

export interface Entry {
  /** Of the run's directory, from the results' own, by slashes. */
  readonly path: string;
  readonly document: VerdictDocument;
}

/** `<kind>/<run>`, or below a campaign's directory. */
const DEEPEST = 4;

/** All runs that were judged, the newest first. What cannot be read is no run. */
export async function catalogue(root: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  await look(root, 0);
  return entries.toSorted((a, b) => b.document.run.created.localeCompare(a.document.run.created));

  async function look(directory: string, depth: number): Promise<void> {
    const found = await readdir(directory, { withFileTypes: true }).catch(() => []);
    if (found.some(({ name }) => name === "verdict.json")) {
      const document = await readDocument(join(directory, "verdict.json"));
      if (document) entries.push({ path: relative(root, directory).split(sep).join("/"), document });
      return;
    }
    if (depth === DEEPEST) return;
    // `latest` is a link, and so no directory: each run once.
    for (const each of found) if (each.isDirectory()) await look(join(directory, each.name), depth + 1);
  }
}

async function readDocument(file: string): Promise<VerdictDocument | null> {
  try {
    const document = JSON.parse(await readFile(file, "utf8")) as VerdictDocument;
    return document.version === 1 && typeof document.run?.created === "string" ? document : null;
  } catch {
    return null; // half written, or somebody else's
  }
}
