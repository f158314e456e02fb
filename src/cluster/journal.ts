/**
 * What a run makes on the machine, written down before it is made: after a `kill -9` at any moment `clean` knows of
 * all of it. One file per run, one JSON document a line, the first of them the header.
 */
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { errnoOf, LockjepsenError, messageOf } from "../error.js";
import { isAlive, ownIdentity, type Identity } from "./identity.js";
import type { ServerCommand } from "./types.js";

export interface JournalHeader extends Identity {
  readonly runId: string;
  /** ISO 8601. */
  readonly started: string;
  /** Where the run's servers log to: within its directory of results. */
  readonly logDirectory: string;
}

export type JournalStep =
  | { readonly kind: "netns"; readonly name: string }
  | { readonly kind: "directory"; readonly path: string }
  /** How a server is started: one that is found dead can be started again. */
  | {
      readonly kind: "server";
      readonly name: string;
      readonly command: ServerCommand;
      readonly dataDirectory: string;
      readonly logFile: string;
      /** Where it is a container: its image, and the container whose network it shares. */
      readonly container?: { readonly image: string; readonly networkOf: string };
    }
  /** Containers and a network with the run's label, on the engine at `address` (as DOCKER_HOST has it). */
  | { readonly kind: "docker"; readonly address: string }
  | { readonly kind: "subnet"; readonly subnet: string }
  /** The process that only keeps a host's namespace: no part of what runs there. */
  | { readonly kind: "keeper"; readonly host: string; readonly pid: number }
  /** A fault is about to land; `undo` is what its nemesis needs to undo it. */
  | {
      readonly kind: "fault";
      readonly fault: string;
      readonly nemesis: string;
      readonly undo: unknown;
      /** Where its nemesis is, if it came with a config. */
      readonly place?: string;
    }
  | { readonly kind: "healed"; readonly fault: string }
  /** Meant to outlive the run (`--keep-cluster`). */
  | { readonly kind: "kept" };

/** How a server is started, as the journal keeps it. */
export type ServerStart = Omit<Extract<JournalStep, { kind: "server" }>, "kind">;

export interface Journal {
  /** To be called before the steps are taken. */
  note(steps: readonly JournalStep[]): void;
  /** Everything is undone: there is nothing to remember. */
  remove(): void;
}

/** A journal as it was found. */
export interface StoredJournal {
  readonly file: string;
  readonly header: JournalHeader;
  readonly steps: readonly JournalStep[];
  /** Its run is still under way. */
  readonly alive: boolean;
}

/** `$LOCKJEPSEN_STATE`, else `$XDG_STATE_HOME/lockjepsen`, else `~/.local/state/lockjepsen`. */
export function stateDirectory(): string {
  const { LOCKJEPSEN_STATE: own, XDG_STATE_HOME: xdg } = process.env;
  return own || join(xdg || join(homedir(), ".local", "state"), "lockjepsen");
}

/** Begins a run's journal. */
export function openJournal(runId: string, logDirectory: string): Journal {
  const file = join(stateDirectory(), `${runId}.jsonl`);
  const draft = `${file}.${process.pid}`;
  const header: JournalHeader = { runId, ...ownIdentity(), started: new Date().toISOString(), logDirectory };
  writing(file, () => {
    mkdirSync(stateDirectory(), { recursive: true });
    // Linked when it is whole: a journal without its header would belong to nobody.
    writeFileSync(draft, line(header));
    try {
      linkSync(draft, file);
    } finally {
      rmSync(draft, { force: true });
    }
  });
  return {
    note: (steps) => writing(file, () => appendFileSync(file, steps.map(line).join(""))),
    remove: () => rmSync(file, { force: true }),
  };
}

/** All runs that may have left something, the oldest first. */
export function listJournals(): readonly StoredJournal[] {
  return journalFiles()
    .map((file) => readJournal(file))
    .filter((journal) => journal !== null)
    .sort((a, b) => a.header.started.localeCompare(b.header.started));
}

/** A last line without its end was never acted upon. Null when the file is gone, or no journal. */
function readJournal(file: string): StoredJournal | null {
  try {
    const { header, steps } = parseJournal(readFileSync(file, "utf8"));
    return { file, header, steps, alive: isAlive(header) };
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

export function parseJournal(text: string): Pick<StoredJournal, "header" | "steps"> {
  const lines = text.split("\n").slice(0, -1);
  const [header, ...steps] = lines.map((line) => JSON.parse(line) as unknown);
  if (typeof header !== "object" || header === null || !("runId" in header))
    throw new SyntaxError("no header");
  return { header: header as JournalHeader, steps: steps as readonly JournalStep[] };
}

function journalFiles(): readonly string[] {
  const directory = stateDirectory();
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".jsonl"))
      .map((name) => join(directory, name));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

const line = (value: JournalHeader | JournalStep): string => `${JSON.stringify(value)}\n`;

function writing(file: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    throw new LockjepsenError(
      "environment",
      `the journal ${file} cannot be written: ${messageOf(cause)}`,
      errnoOf(cause) === "EEXIST"
        ? "an earlier run has left it: run `lockjepsen clean`"
        : "free or allow that place, or name another one by LOCKJEPSEN_STATE",
      { cause },
    );
  }
}
