import type { ChildProcess } from "node:child_process";
import type { JournalStep } from "./journal.js";

export type Role = "server" | "client" | "register" | "control";

export interface ExecResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place on the cluster's network with an address of its own: what faults act on, in every runtime alike. */
export interface Host {
  /** `n1`, `c1`, `register`, `control`. */
  readonly name: string;
  readonly role: Role;
  readonly address: string;
  /**
   * Every process in it, as pids of the namespace that lockjepsen itself runs in. Zombies left out, and what is ours for
   * a moment: commands by `exec`, and what was spawned `apart`.
   */
  pids(): readonly number[];
  /** Runs a command of the tester's machine inside this host's network, and waits for it. */
  exec(argv: readonly string[], options?: { timeoutMs?: number }): Promise<ExecResult>;
  /** Starts a process of the tester's inside this host's network. */
  spawn(argv: readonly string[], options: SpawnHostOptions): ChildProcess;
}

export interface SpawnHostOptions {
  /** `pass-on`: what it writes to standard error goes to ours, through us. */
  readonly stdio: readonly [
    "ignore" | "pipe",
    "ignore" | "pipe",
    "ignore" | "pipe" | "pass-on",
    ...(readonly "ipc"[]),
  ];
  /** Variables beside the tester's own. A program that is given some has shared memory (/dev/shm) of its own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A means of the tester's, and no part of what runs there: no fault meets it. */
  readonly apart?: boolean;
}

/** How a server's main process ended. */
export interface NodeExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** By `kill` of this very node: no accident. */
  readonly ours: boolean;
}

/** A server of the lock service. */
export interface Node extends Host {
  /** Variables that its programs are started with, whatever they have made of their own copy since. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Starts it, with the data it had, or with none as on its first day. Resolves when the process runs, not when it is
   * ready.
   */
  start(options?: { readonly wipe?: boolean }): Promise<void>;
  /** Sends a signal to every process of it. Resolves when sent; SIGKILL: when none is left. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when the server's main process has ended, with how; rejects never. After a new start: the new one's end. */
  readonly exited: Promise<NodeExit>;
  /** Tells of every end of its main process, whoever ended it, from now on. */
  onExit(listener: (exit: NodeExit) => void): void;
  /** What it printed so far, whole. */
  logs(): Promise<string>;
  /** Where that is kept. */
  readonly logFile: string;
}

/** Whether a host is a server, to be started and killed. */
export const isNode = (host: Host): host is Node => "start" in host;

/** What a runtime is asked to build. */
export interface ClusterSpec {
  /** Unique; part of every name that the runtime makes. */
  readonly runId: string;
  readonly servers: readonly ServerSpec[];
  /** One more server beside the register, on its host: never among `servers`, and never hit. */
  readonly resource?: ServerSpec;
  /** How many client hosts: `c1` ... */
  readonly clients: number;
  /** Where servers' logs go, one `<name>.log` each. */
  readonly logDirectory: string;
  readonly keep: boolean;
}

export interface ServerSpec {
  readonly name: string;
  /** The container image that holds its programs, as {@link FoundSoftware} tells it. */
  readonly image?: string | undefined;
  /** What to start, once all addresses are known. `dataDirectory` exists, is empty and belongs to this server. */
  command(own: ServerPlace, all: readonly ServerPlace[]): ServerCommand;
}

/** How a server is started. */
export interface ServerCommand {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** By path below its data directory: written before its first start and not again, for a server may rewrite its own. */
  readonly files?: Readonly<Record<string, string>>;
  /** Commands that run to their end, one after the other, in its place, before its first start (`initdb`). */
  readonly prepare?: readonly (readonly string[])[];
  /** It refuses to run as root. */
  readonly unprivileged?: true;
  /** Directory that it sees as `/`, with its data at the same path in there: programs of another suite than this system's. */
  readonly root?: string;
}

export interface ServerPlace {
  readonly name: string;
  readonly address: string;
  readonly dataDirectory: string;
}

/** A running cluster with its clients' hosts. */
export interface Cluster {
  readonly servers: readonly Node[];
  readonly clients: readonly Host[];
  readonly register: Host;
  /** The server beside the register, where one was asked for. */
  readonly resource?: Node;
  readonly control: Host;
  /** A directory that all hosts see, empty at first. Absent where hosts are of several machines. */
  readonly sharedDirectory?: string;
  /** Writes down what would be left to undo if lockjepsen were no more. */
  note(steps: readonly JournalStep[]): void;
  /** Prefix of a command line that a person runs inside the cluster's network: the servers are reached from there. */
  readonly entry: readonly string[];
  /** Rejects when what holds the cluster up is no more: the engine. Absent where nothing does. */
  readonly failed?: Promise<never>;
  /** Ends every process, removes every host and all data. Safe to call twice. Says what could not be removed. */
  stop(): Promise<readonly string[]>;
}

/** Where clusters run. */
export interface Runtime {
  readonly name: "local" | "docker";
  /** True, or why not and how to mend it. */
  available(): Promise<true | Unavailable>;
  /** Finds what servers are started from, or fetches or builds it. Throws with how to mend it, or the signal's reason. */
  find(software: Software, wanted: WantedSoftware, options: FindOptions): Promise<FoundSoftware>;
  /** Throws {@link LockjepsenError}; then nothing is left. */
  create(spec: ClusterSpec): Promise<Cluster>;
}

export interface WantedSoftware {
  /** `3.5` is any 3.5.x; null: what is at hand. */
  readonly version: string | null;
  /** Reference of a container image that holds it, instead of one of ours. */
  readonly image?: string | undefined;
}

export interface FindOptions {
  /** What takes a while, in words. */
  onProgress(text: string): void;
  readonly signal: AbortSignal;
}

export interface Unavailable {
  readonly reason: string;
  readonly mend: string;
}

/** Where a lock service's programs come from. */
export interface Software {
  /** Programs that must be found: by name, on PATH or in the packages; or by their whole path. A jar is one to Java. */
  readonly binaries: readonly string[];
  /** Those of them that may be the machine's own, where the packages bring the others: what others are run by (`java`). */
  readonly common?: readonly string[];
  /**
   * Debian and Ubuntu packages that hold them, and the libraries that they need and a machine may lack. `{version}` in a
   * name stands for the one of `versions` that the suite carries.
   */
  readonly packages: readonly string[];
  /** Fetched with all that they depend on in any case: what the version command says is not true of all of them. */
  readonly whole?: true;
  /** Where they lie beside the usual places, from the root on: `usr/lib/postgresql/{version}/bin`. */
  readonly directories?: readonly string[];
  /** Versions that are offered (`etcd@3.4`), with the suites that carry them. */
  readonly versions: Readonly<Record<string, { readonly debian?: string; readonly ubuntu?: string }>>;
  /** Which of our images holds them: a folder of `docker/`. Absent: none, and a container needs another one. */
  readonly image?: string;
  /** Prints the version (`{name}` stands for a program's path); the first `\d+(\.\d+)+` in its output is taken. */
  readonly versionCommand: readonly string[];
}

/** Programs that were found. */
export interface FoundSoftware {
  /** Name of the program -> its path; below `root`, where there is one. */
  readonly binaries: Readonly<Record<string, string>>;
  /** Where its suite stands, with all that it needs: it runs with this as its root. Absent: it runs as it is. */
  readonly root?: string;
  /** What they need in their environment: where their libraries are, if they are not the system's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** `3.4.23`. */
  readonly version: string;
  /** In words: `PATH (/usr/bin/etcd)`, `Debian package etcd-server 3.4.23+dfsg-4 (bookworm)`. */
  readonly origin: string;
  /** The container image that they are in. */
  readonly image?: string;
}
