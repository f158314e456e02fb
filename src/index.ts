/** The library: what the command line does, for programs. */
export { check } from "../checker/index.js";
export type * from "../checker/types.js";
export type { Backend, Recipe, Setting } from "./backends/types.js";
export { DefiniteError } from "./clients/contract.js";
export type { AcquireOptions, ClientContext, Grant, LockClient } from "./clients/contract.js";
export type { Cluster, Host, Node, Runtime, ServerPlace, Software } from "./cluster/types.js";
export { EXIT, LockjepsenError } from "./error.js";
export type * from "./history/context.js";
export type * from "./history/event.js";
export type { History } from "./history/history.js";
export { readHistory } from "./history/reader.js";
export type { RunOptions } from "./plan/options.js";
export type { Plan, PlannedFault } from "./plan/types.js";
export type * from "./report/types.js";
export { run } from "./run.js";
export type { RunHooks } from "./run.js";
export type { Injected, Nemesis, Phase, Target } from "../nemesis/types.js";
export type { Hold, Snapshot, Workload } from "../workloads/types.js";
