import type { RegisterEvent } from "../src/history/event.js";
import type { Analysis } from "./analysis.js";
import { acknowledgedWrites } from "./findings/lost-update.js";
import type { RegisterFact } from "./facts/index.js";
import type { Verdict } from "./types.js";

/**
 * What a fence did, or would have done to the very same run: it refuses every request whose grant's token is below the
 * highest one presented so far, by reads as by writes. `null` where there is no token to fence with.
 *
 * An update that was lost is saved by a fence in one of two ways. It is kept, since the stale write that took its place
 * is refused; or it is that stale write, and its writer is told so instead of being told that all is well.
 */
export function fenceOf(analysis: Analysis): Verdict["fence"] {
  if (analysis.context.promises.token === null) return null;
  const acknowledged = acknowledgedWrites(analysis);
  let refused = 0;
  let wouldRefuse = 0;
  let wouldSave = 0;
  for (const register of analysis.registers.values()) {
    refused += register.log.filter(({ f, type }) => f === "write" && type === "fail").length;
    if (register.incomplete !== null) continue;
    const play = underFence(register, analysis);
    wouldRefuse += play.refused.size;
    for (const [version, write] of register.writes.entries()) {
      const lost = acknowledged.has(write?.id ?? "") && !register.inLineage.has(version);
      if (lost && (play.lineage.has(version) || play.refused.has(version))) wouldSave += 1;
    }
  }
  return { refused, wouldRefuse, wouldSave };
}

interface Play {
  /** Versions of the real run whose writes the fence refuses, and those on the way to the play's final value. */
  readonly refused: ReadonlySet<number>;
  readonly lineage: ReadonlySet<number>;
}

/**
 * Plays the log again behind a fence. Whoever read in truth what was current then would have read what is current in
 * the play: so each write is computed from the version that the play had at its grant's read.
 */
function underFence({ log }: RegisterFact, { grantById }: Analysis): Play {
  let highest = -1n;
  let current = 0;
  const refused = new Set<number>();
  const parents = new Map<number, number>();
  /** Of each version in truth: what stood in its place in the play. */
  const standsFor = new Map<number, number>([[0, 0]]);
  for (const event of log) {
    if (event.type !== "ok") continue;
    const token = tokenOf(event, grantById);
    // Without a grant there is no token: a fence lets nobody in without one.
    const passes = token !== null && token >= highest;
    if (passes) highest = token;
    if (event.f === "read") continue;
    const version = event.version ?? 0;
    if (passes) {
      parents.set(version, standsFor.get(event.parent ?? 0) ?? 0);
      current = version;
    } else refused.add(version);
    standsFor.set(version, current);
  }
  const lineage = new Set<number>();
  for (let version = current; version > 0; version = parents.get(version) ?? 0) lineage.add(version);
  return { refused, lineage };
}

function tokenOf(event: RegisterEvent, grantById: Analysis["grantById"]): bigint | null {
  return event.grant === undefined ? null : (grantById.get(event.grant)?.token ?? null);
}
