import type { Verdict } from "../../checker/types.js";
import type { History } from "../history/history.js";
import type { Plan } from "../plan/types.js";

/** What the machine and the servers were: `environment.json`. */
export interface Environment {
  readonly kernel: string;
  readonly os: string;
  readonly node: string;
  readonly cpus: number;
  readonly memoryGiB: number;
  readonly lockjepsen: string;
  readonly runtime: string;
  readonly rootless: boolean;
  /** By nemesis and shape: whether this machine can do it, or why not. Absent from runs of earlier versions. */
  readonly capabilities?: Readonly<Record<string, Readonly<Record<string, true | string>>>> | undefined;
  readonly backend: {
    readonly name: string;
    readonly version: string;
    /** PATH or the package it came from. */
    readonly origin: string;
    /** Command line of each server. */
    readonly servers: Readonly<Record<string, readonly string[]>>;
    readonly settings: Readonly<Record<string, string>>;
  };
  /** The database that keeps the protected value, where there is one beside the service. */
  readonly register?: { readonly version: string; readonly origin: string } | undefined;
}

/** `verdict.json` and `--json`: the verdict with what was run and where the files are. */
export interface VerdictDocument extends Verdict {
  readonly run: {
    readonly id: string;
    readonly backend: string;
    readonly version: string;
    readonly lock: string;
    readonly runtime: string;
    readonly workload: string;
    readonly nemesis: string;
    readonly target: string | null;
    readonly fencing: string;
    readonly discipline: string;
    readonly seed: number;
    readonly ttlMs: number;
    readonly holdMs: { readonly min: number; readonly max: number };
    readonly clients: number;
    readonly nodes: number;
    readonly durationMs: number;
    readonly created: string;
    readonly command: string;
    /** True: Ctrl-C ended it early. */
    readonly interrupted: boolean;
  };
  readonly files: {
    readonly directory: string;
    readonly plan: string;
    readonly history: string;
    readonly register: string;
    readonly environment: string;
    readonly verdict: string;
    readonly report: string;
    readonly logs: string;
  };
}

/** All that a report is made from. */
export interface RunResult {
  readonly plan: Plan;
  readonly environment: Environment | null;
  readonly history: History;
  readonly document: VerdictDocument;
}

export interface Progress {
  readonly elapsedMs: number;
  readonly durationMs: number;
  readonly grants: number;
  readonly faults: number;
  /** Seen so far, and sure to be in the verdict; it may have more. */
  readonly violations: number;
  /** The fault in effect now, in words. */
  readonly now: string | null;
}

/** Tells of a run while it goes on, and at its end. */
export interface Reporter {
  onStart?(plan: Plan): void;
  /** A step of the way began or ended: `etcd 3.4.23: 3 servers ready`. */
  onPhase?(text: string, elapsedMs: number): void;
  onFault?(text: string): void;
  onProgress?(progress: Progress): void;
  onWarning?(text: string): void;
  onEnd?(result: RunResult): void | Promise<void>;
}
