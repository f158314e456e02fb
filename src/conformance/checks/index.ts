import type { ConformanceCheck } from "../types.js";
import { death } from "./death.js";
import { exclusion } from "./exclusion.js";
import { foreignRelease } from "./foreign-release.js";
import { handOver } from "./hand-over.js";
import { loss } from "./loss.js";
import { refusal } from "./refusal.js";
import { renewal } from "./renewal.js";
import { tokens } from "./tokens.js";

/** Those that mostly wait, at once for all recipes; then those that measure or need the cluster to themselves. */
export const waiting: readonly ConformanceCheck[] = [death, loss, renewal];
export const measuring: readonly ConformanceCheck[] = [exclusion, refusal, handOver, foreignRelease, tokens];

/** Every check, in the order of the table. */
export const checks: readonly ConformanceCheck[] = [
  exclusion,
  refusal,
  handOver,
  foreignRelease,
  renewal,
  death,
  loss,
  tokens,
];
