import type { FatalMessage } from "../child.js";
import type { Blocking, Phase } from "../../nemesis/types.js";
import type { Discipline, Fencing } from "../history/context.js";
import type { RegisterPlace } from "../register/client.js";
import type { GrantId, ProcessId } from "../history/event.js";

/** All that a client process needs to know. Sent to it first. */
export interface WorkerConfig {
  readonly client: string;
  /** The file it records into, its own. */
  readonly file: string;
  readonly firstProcess: ProcessId;
  /** From a retired process to the next one. */
  readonly stride: number;
  readonly backendModule: string;
  readonly recipe: string;
  readonly endpoints: readonly string[];
  readonly register: RegisterPlace;
  /** Its name, or its place in a config. */
  readonly workload: string;
  readonly fencing: Fencing;
  readonly discipline: Discipline;
  readonly locks: readonly string[];
  readonly ttlMs: number;
  readonly waitMs: number;
  readonly holdMs: { readonly min: number; readonly max: number };
  readonly seed: number;
}

/** What the orchestrator tells a client process. */
export type ToWorker =
  | { readonly kind: "config"; readonly config: WorkerConfig }
  /** `origin`: process.hrtime.bigint() when the run began, as a string. */
  | { readonly kind: "start"; readonly origin: string }
  /** The next to reach `phase` within a hold shall say so, and wait. */
  | { readonly kind: "arm"; readonly ticket: number; readonly phase: Phase }
  | { readonly kind: "disarm"; readonly ticket: number }
  /** Who waited at its phase goes on. */
  | { readonly kind: "go"; readonly ticket: number }
  /** Finish the round, begin no other. */
  | { readonly kind: "drain" }
  /** Try to take these locks once more, waiting `waitMs` in all, then read every register for the last time. */
  | { readonly kind: "finish"; readonly probe: readonly string[]; readonly waitMs: number }
  | { readonly kind: "ask"; readonly n: number; readonly question: Question }
  | { readonly kind: "exit" };

/** What a client's event loop is asked, and answers as soon as it runs. */
export type Question =
  /** Whether it runs at all. */
  | { readonly what: "beat" }
  /** Its Date.now(). */
  | { readonly what: "clock" }
  /** To block itself: the answer, process.hrtime.bigint() as a string, is sent before. */
  | { readonly what: "block"; readonly how: Blocking; readonly ms: number }
  /** How many ms the last block took by process.hrtime. */
  | { readonly what: "blocked" };

/** What a holder that waits at a phase tells of its hold. */
export interface HeldAtPhase {
  readonly lock: string;
  readonly grant: GrantId;
  /** As the backend's `endSession` takes it, where the recipe tells. */
  readonly session?: string;
}

/** What a client process tells the orchestrator. */
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "stats"; readonly grants: number }
  | ({ readonly kind: "at-phase"; readonly ticket: number } & HeldAtPhase)
  | { readonly kind: "drained" }
  | { readonly kind: "finished" }
  | { readonly kind: "answer"; readonly n: number; readonly value: string | number }
  | FatalMessage;
