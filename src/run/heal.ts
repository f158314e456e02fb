/** Undoes the faults of a run whose lockjepsen is no more; its cluster stays. */
import type { Nemesis } from "../../nemesis/types.js";
import type { JournalStep, StoredJournal } from "../cluster/journal.js";
import { findHost } from "../cluster/find-host.js";
import { messageOf } from "../error.js";
import { pluginAt } from "../plugins/place.js";

export interface Healed {
  readonly fault: string;
  readonly nemesis: string;
  /** What was done, or why it could not be. */
  readonly outcome: { readonly done: string } | { readonly failed: string };
}

type FaultStep = Extract<JournalStep, { kind: "fault" }>;

/** The latest first: a fault may lie on another. */
export async function healRun(
  journal: StoredJournal,
  nemeses: Readonly<Record<string, Nemesis>>,
): Promise<readonly Healed[]> {
  const healed: Healed[] = [];
  for (const { fault, nemesis, undo, place } of openFaults(journal.steps).toReversed()) {
    const attempt = async (): Promise<string> => {
      const found = nemeses[nemesis] ?? (await pluginAt(place ?? "", "nemeses"));
      if (!found) throw new Error(`there is no nemesis ${nemesis}`);
      return await found.undo(undo, (name) => findHost(journal, name));
    };
    const outcome = await attempt().then(
      (done) => ({ done }),
      (error: unknown) => ({ failed: messageOf(error) }),
    );
    healed.push({ fault, nemesis, outcome });
  }
  return healed;
}

/** What each fault noted last, but for those that were healed. */
export function openFaults(steps: readonly JournalStep[]): readonly FaultStep[] {
  const open = new Map<string, FaultStep>();
  for (const step of steps) {
    if (step.kind === "fault") open.set(step.fault, step);
    if (step.kind === "healed") open.delete(step.fault);
  }
  return [...open.values()];
}
