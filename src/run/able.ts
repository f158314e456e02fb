/** What this machine can do of the faults that were asked for. */
import type { Nemesis, PlannedFault } from "../../nemesis/types.js";
import type { Unavailable } from "../cluster/types.js";
import { LockjepsenError } from "../error.js";
import { ALL_NEMESES } from "../plan/nemeses.js";

type Nemeses = Readonly<Record<string, Nemesis>>;

/** Those that a run may use: where `all` are asked for, those that this machine can do. */
export async function usable(nemeses: Nemeses, asked: string | undefined): Promise<Nemeses> {
  if (!asked?.split(",").includes(ALL_NEMESES)) return nemeses;
  const probed = await Promise.all(
    Object.entries(nemeses).map(async (entry) => ({ entry, able: (await entry[1].available()) === true })),
  );
  return Object.fromEntries(probed.filter(({ able }) => able).map(({ entry }) => entry));
}

/** Throws with the mend for the first that this machine cannot do: no run goes on without what it was asked to try. */
export async function demandFaults(nemeses: Nemeses, faults: readonly PlannedFault[]): Promise<void> {
  const kinds = new Map(faults.map((fault) => [kindOf(fault), fault]));
  for (const fault of kinds.values()) {
    const able: true | Unavailable = (await nemeses[fault.nemesis]?.available(fault)) ?? true;
    if (able !== true)
      throw new LockjepsenError(
        "environment",
        `the fault ${fault.nemesis}:${fault.shape} is impossible here: ${able.reason}`,
        able.mend,
      );
  }
}

const kindOf = ({ nemesis, shape, parameters }: PlannedFault): string =>
  JSON.stringify([nemesis, shape, parameters]);
