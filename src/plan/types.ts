import type { JudgeContext } from "../history/context.js";
import type { PlannedFault } from "../../nemesis/types.js";
import type { Source } from "./sources.js";

export type { PlannedFault };

/** Everything a run will do, as plain data: what `--dry-run` prints and `plan.json` keeps. */
export interface Plan {
  readonly version: 1;
  readonly runId: string;
  /** ISO 8601. */
  readonly created: string;
  readonly lockjepsen: string;
  readonly seed: number;
  readonly runtime: "local" | "docker";
  readonly backend: {
    readonly name: string;
    /** As asked for, or null: what is on PATH, else what this system's own packages have. */
    readonly version: string | null;
    /** Module URL, for client processes. */
    readonly module: string;
    readonly nodes: number;
    readonly settings: Readonly<Record<string, string>>;
  };
  /** How the history will be judged; the first event of the history. */
  readonly judge: JudgeContext;
  readonly workload: string;
  /** Where the protected value is: in the tester's own process, in a database beside it, or with the service itself. */
  readonly register: RegisterKind;
  readonly holdMs: Range;
  /** How long an acquire waits for a lock that is held. */
  readonly waitMs: number;
  readonly clients: number;
  readonly durationMs: number;
  readonly faults: readonly PlannedFault[];
  /** After the last fault is healed: how long the cluster may take to be healthy again. */
  readonly recoverMs: number;
  /** The command line that repeats it. */
  readonly command: string;
  /** Where each option's value is from, by its name on the command line. Absent from runs of earlier versions. */
  readonly sources?: Readonly<Record<string, Source>>;
}

export const REGISTERS = ["embedded", "postgres", "service"] as const;
export type RegisterKind = (typeof REGISTERS)[number];

export interface Range {
  readonly min: number;
  readonly max: number;
}
