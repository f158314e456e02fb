/** Removes what earlier runs left: all that stands in their journals, and nothing else. */
import { existsSync, rmSync } from "node:fs";
import { listJournals, type StoredJournal } from "./journal.js";
import { namespaceExists } from "./namespaces.js";
import { processesOf, removeAll, type Belongings } from "./remove.js";

/** What stands on the machine of one run. */
export interface Leftover extends Belongings {
  readonly runId: string;
  /** ISO 8601. */
  readonly started: string;
  /** Still under way: not to be touched. */
  readonly alive: boolean;
  /** Left on purpose (`--keep-cluster`). */
  readonly kept: boolean;
  /** Pids of everything that runs in its namespaces. */
  readonly processes: readonly number[];
}

export interface CleanReport {
  /** Runs that are gone now. */
  readonly removed: readonly Leftover[];
  /** Runs that are still under way: left alone. */
  readonly running: readonly Leftover[];
  /** What could not be removed, in words. */
  readonly failed: readonly string[];
}

/** Looks, and changes nothing. */
export function findLeftovers(): readonly Leftover[] {
  return listJournals().map(leftoverOf);
}

/** `onStep` is told, in words, what is about to be removed. */
export async function cleanUp({ onStep }: { onStep(text: string): void }): Promise<CleanReport> {
  const removed: Leftover[] = [];
  const running: Leftover[] = [];
  const failed: string[] = [];
  for (const journal of listJournals()) {
    const leftover = leftoverOf(journal);
    if (journal.alive) {
      running.push(leftover);
      continue;
    }
    onStep(describe(leftover));
    const left = await removeAll(leftover);
    failed.push(...left);
    if (left.length > 0) continue;
    rmSync(journal.file, { force: true });
    removed.push(leftover);
  }
  return { removed, running, failed };
}

/** `run 5a3c91e0 of 2026-11-21T07:33:34.000Z: 3 processes, 5 namespaces, 1 directory`. */
export function describe({ runId, started, processes, namespaces, directories }: Leftover): string {
  const counts = [
    count(processes.length, "process", "processes"),
    count(namespaces.length, "namespace", "namespaces"),
    count(directories.length, "directory", "directories"),
  ].filter((text) => text !== null);
  return `run ${runId} of ${started}: ${counts.length === 0 ? "only its journal" : counts.join(", ")}`;
}

function leftoverOf({ header, steps, alive }: StoredJournal): Leftover {
  const namespaces = steps
    .flatMap((step) => (step.kind === "netns" ? [step.name] : []))
    .filter(namespaceExists);
  return {
    runId: header.runId,
    started: header.started,
    alive,
    kept: steps.some(({ kind }) => kind === "kept"),
    namespaces,
    directories: steps
      .flatMap((step) => (step.kind === "directory" ? [step.path] : []))
      .filter((path) => existsSync(path)),
    processes: processesOf(namespaces),
  };
}

const count = (n: number, one: string, many: string): string | null =>
  n === 0 ? null : `${n} ${n === 1 ? one : many}`;
