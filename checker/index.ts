/** The judge: pure functions from a history to a verdict. Knows nothing of clusters, faults or backends. */
import type { History } from "../src/history/history.js";
import { fenceBreach } from "./findings/fence-breach.js";
import { foreignRelease } from "./findings/foreign-release.js";
import { imbalance } from "./findings/imbalance.js";
import { lateGrant } from "./findings/late-grant.js";
import { lostUpdate } from "./findings/lost-update.js";
import { nonlinearizable } from "./findings/nonlinearizable.js";
import { orphan } from "./findings/orphan.js";
import { overlap } from "./findings/overlap.js";
import { staleWrite } from "./findings/stale-write.js";
import { tokenOrder } from "./findings/token-order.js";
import { unlockedWrite } from "./findings/unlocked-write.js";
import { unrecovered } from "./findings/unrecovered.js";
import { placed } from "./placed.js";
import type { Checker, Verdict } from "./types.js";
import { judge } from "./verdict.js";

/** Every checker, in the order in which a person reads: what was believed, what was done, what was lost, the rest. */
export const checkers: readonly Checker[] = [
  overlap,
  staleWrite,
  lostUpdate,
  imbalance,
  tokenOrder,
  fenceBreach,
  lateGrant,
  foreignRelease,
  orphan,
  unrecovered,
  unlockedWrite,
  nonlinearizable,
];

/** Judges a history by all checkers. Throws a usage error for a history that contradicts itself. */
export const check = (history: History): Verdict => judge(placed(history), checkers);

export { counterexampleOf, type Counterexample } from "./counterexample/model.js";
export { eventsOf } from "./counterexample/events.js";
export { checkModel, DEFAULT_LIMITS } from "./check-model.js";
export { guessModels } from "./models/guess.js";
export { modelNames, modelOf, models } from "./models/index.js";
export { userModel, type UserModel } from "./models/user-model.js";
export type * from "./models/types.js";
export type * from "./types.js";
export { columnsOf } from "../src/history/columns-of.js";
export { readOps, type OpHistory, type ReadOpsOptions } from "../src/history/reading/read-ops.js";
export type { OpColumns } from "../src/history/columns.js";
export type { OpEvent } from "../src/history/op-event.js";
export type { History } from "../src/history/history.js";
