import { bank } from "./bank.js";
import { campaign } from "./campaign.js";
import { counter } from "./counter.js";
import { leader } from "./leader.js";
import { set } from "./set.js";
import type { Workload } from "./types.js";

const all: Record<string, Workload> = { set, counter, leader, bank, campaign };

/** Every workload, by name; the first is the default. */
export const workloads: Readonly<Record<string, Workload>> = all;

/** One more, which a config has brought along. */
export function addWorkload(workload: Workload): void {
  all[workload.name] = workload;
}
