import type { Host } from "../src/cluster/types.js";
import type { FaultKind } from "../src/history/context.js";

/** One kind of fault. A plugin: one file here, one line in `index.ts`. */
export interface Nemesis {
  readonly name: FaultKind;
  readonly description: string;
  /** Colour of its bands in the report (CSS). */
  readonly colour: string;
  /** True, or why this machine cannot do it and how to mend that. */
  available(): Promise<true | { readonly reason: string; readonly mend: string }>;
  /** Puts the fault into effect on all hosts, and returns when it is verified. Throws if it cannot be. */
  inject(hosts: readonly Host[]): Promise<Injected>;
}

/** A fault in effect. */
export interface Injected {
  /** When it began to act (process.hrtime.bigint()), before it was verified. */
  readonly from: bigint;
  /** What was seen that proves it, one line. */
  readonly evidence: string;
  /** Undoes it and verifies that it is gone; the evidence of that. Safe to call on hosts that are no more. */
  heal(): Promise<string>;
}

/** When, within a hold, a fault aimed at the holder lands. */
export const PHASES = ["granted", "before-write", "in-flight", "renewing", "before-release"] as const;
export type Phase = (typeof PHASES)[number];

export const TARGETS = [
  "holder",
  "clients",
  "servers",
  "leader",
  "one",
  "minority",
  "majority",
  "all",
] as const;
/** Who is hit. Else the name of a node. */
export type Target = (typeof TARGETS)[number] | (string & {});

/** One fault, drawn from the seed. The operating system's schedule is not in it. */
export interface PlannedFault {
  readonly id: string;
  readonly nemesis: string;
  readonly target: Target;
  /** Where, within a hold, a fault aimed at the holder lands. */
  readonly phase: Phase;
  /** ms after the clients began. One fault at a time: it waits for the one before to be healed. */
  readonly atMs: number;
  readonly durationMs: number;
  /** In [0, 1): picks whom, where the target leaves a choice. */
  readonly pick: number;
}
