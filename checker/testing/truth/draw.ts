/** Draws the terms of a run from a seed; of a sound service, if that is asked for. */
import { mulberry32 } from "../simulate.js";
import { BUGS, type Bug } from "./service.js";
import type { Terms } from "./world.js";

export function termsOf(seed: number, sound = false): Terms {
  const random = mulberry32(seed * 7919 + 1);
  const one = <T>(...list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const drawnBug = one<Bug>("none", "none", "none", ...BUGS);
  const bug = sound ? "none" : drawnBug;
  const drawn = one("renewed", "renewed", "fixed", "hidden", "connection");
  // Of whoever hides its renewals nobody knows whether it still held when it released.
  const blurred: readonly Bug[] = ["releases-any", "grants-twice", "renews-the-dead"];
  const lease = blurred.includes(bug) && drawn === "hidden" ? "fixed" : drawn;
  const tokens = one("all", "some", "none");
  return {
    seed,
    bug: lease === "connection" && (bug === "expires-early" || bug === "renews-the-dead") ? "none" : bug,
    style: bug === "releases-any" ? "poll" : one("poll", "queue"),
    lease,
    looks: random() < 0.6,
    tokens,
    sessions: one("grant", "process"),
    discipline: one("trusting", "checking"),
    fencing: tokens === "all" ? one("off", "off", "on", "writes") : "off",
    locks: one(1, 1, 2),
    clients: one(2, 3, 4),
    duration: one(6, 12, 20),
    pauses: upTo(3),
    kills: upTo(2),
    sessionEnds: upTo(2),
    forgets: bug === "forgets" ? 1 + upTo(1) : 0,
    slow: one(0, 0.02, 0.1),
    lost: one(0, 0, 0.02, 0.05),
    excepted: random() < 0.5,
  };
}
