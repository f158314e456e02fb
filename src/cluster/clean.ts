/** Removes what earlier runs left: what stands in their journals and what carries their labels, and nothing else. */
import { existsSync, rmSync } from "node:fs";
import { findContained, type Contained } from "./docker/contained.js";
import { isAlive } from "./identity.js";
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
  /** How many containers and networks it has on an engine. */
  readonly contained: { readonly containers: number; readonly networks: number };
  /** Its journal; null: it is known by the labels of its containers alone. */
  readonly journal: string | null;
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
export async function findLeftovers(): Promise<readonly Leftover[]> {
  const journals = listJournals();
  const addresses = journals.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === "docker" ? [step.address] : [])),
  );
  const contained = await findContained(addresses);
  const known = new Set(journals.map(({ header }) => header.runId));
  return [
    ...journals.map((journal) => leftoverOf(journal, contained)),
    ...contained.filter(({ runId }) => !known.has(runId)).map(labelled),
  ];
}

/** `onStep` is told, in words, what is about to be removed; `only`: ids of runs, where not all are meant. */
export async function cleanUp({
  onStep,
  only,
}: {
  onStep(text: string): void;
  readonly only?: readonly string[];
}): Promise<CleanReport> {
  const removed: Leftover[] = [];
  const running: Leftover[] = [];
  const failed: string[] = [];
  for (const leftover of await findLeftovers()) {
    if (only?.includes(leftover.runId) === false) continue;
    if (leftover.alive) {
      running.push(leftover);
      continue;
    }
    onStep(describe(leftover));
    const left = await removeAll(leftover);
    failed.push(...left);
    if (left.length > 0) continue;
    if (leftover.journal !== null) rmSync(leftover.journal, { force: true });
    removed.push(leftover);
  }
  return { removed, running, failed };
}

/** `run 5a3c91e0 of 2026-11-21T07:33:34.000Z: 3 processes, 5 namespaces, 1 directory`. */
export function describe({
  runId,
  started,
  processes,
  namespaces,
  directories,
  contained: { containers, networks },
}: Leftover): string {
  const counts = [
    count(containers, "container", "containers"),
    count(networks, "network", "networks"),
    count(processes.length, "process", "processes"),
    count(namespaces.length, "namespace", "namespaces"),
    count(directories.length, "directory", "directories"),
  ].filter((text) => text !== null);
  return `run ${runId} of ${started}: ${counts.length === 0 ? "only its journal" : counts.join(", ")}`;
}

function leftoverOf(
  { file, header, steps, alive }: StoredJournal,
  contained: readonly Contained[],
): Leftover {
  const { runId } = header;
  const address = steps.flatMap((step) => (step.kind === "docker" ? [step.address] : [])).at(-1);
  const namespaces = steps
    .flatMap((step) => (step.kind === "netns" ? [step.name] : []))
    .filter(namespaceExists);
  return {
    runId,
    journal: file,
    started: header.started,
    alive,
    kept: steps.some(({ kind }) => kind === "kept"),
    namespaces,
    directories: steps
      .flatMap((step) => (step.kind === "directory" ? [step.path] : []))
      .filter((path) => existsSync(path)),
    processes: processesOf(namespaces),
    contained: contained.find((each) => each.runId === runId) ?? { containers: 0, networks: 0 },
    // Also where none was found: an engine that does not answer just now may have some.
    containers: address === undefined ? undefined : { address, runId },
  };
}

/** A run whose journal is another user's, or lost. */
const labelled = ({ runId, address, owner, started, ...contained }: Contained): Leftover => ({
  runId,
  journal: null,
  started,
  alive: owner === null || isAlive(owner),
  kept: false,
  namespaces: [],
  directories: [],
  processes: [],
  contained,
  containers: { address, runId },
});

const count = (n: number, one: string, many: string): string | null =>
  n === 0 ? null : `${n} ${n === 1 ? one : many}`;
