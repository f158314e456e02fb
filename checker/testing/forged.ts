/** Scenarios that are judged after something in them was told otherwise. */
import type { HistoryEvent } from "../../src/history/event.js";
import { check } from "../index.js";
import type { Verdict } from "../types.js";
import type { ContextChanges } from "./context.js";
import { scenario, type Scenario } from "./scenario.js";

export type Forge = (event: HistoryEvent) => HistoryEvent;

/** What is said of a scenario that ends at 4 s, once each of its events has been told as `forge` has it. */
export function judged(
  tell: (tells: Scenario) => void,
  changes: ContextChanges = {},
  forge: Forge = (event) => event,
): Verdict {
  const tells = scenario(changes);
  tell(tells);
  tells.end(4);
  const history = tells.history();
  return check({ ...history, events: history.events.map(forge) });
}

/** Two clients make an update each, one after the other. */
export function twoUpdates(tells: Scenario): void {
  tells
    .client("c1")
    .acquire(0.1, 0.2, { token: 41, until: 2 })
    .read(0.3, 0.4)
    .write(0.5, 0.6)
    .release(0.7, 0.8);
  tells
    .client("c2")
    .acquire(0.9, 1, { token: 42, until: 3 })
    .read(1.1, 1.2)
    .write(1.3, 1.4)
    .release(1.5, 1.6);
}

/** Whether it answers one of the reads after all else. */
export const isLastRead = (event: HistoryEvent): boolean =>
  "final" in event && event.process !== "register" && event.type === "ok" && event.f === "read";
