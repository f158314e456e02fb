import { rowOf } from "../../src/history/columns.js";
import type { Judgement, Limits, Model, Part } from "../models/types.js";
import { named } from "../models/words.js";
import { createDisproof } from "./disproof.js";
import { createFrontier, type Frontier } from "./frontier.js";
import { kindsOf, type Kinds } from "./kinds.js";
import { pass } from "./pass.js";
import { slotsOf } from "./slots.js";
import type { Tuning } from "./tuning.js";
import { createTrail } from "./trail.js";

const USUAL: Tuning = { width: 64, wider: 8, distance: 256, farther: 4, stride: 128 };
/** About what a configuration and what belongs to it takes. */
const BYTES_EACH = 400;
/** ms that a look for a disproof may take, or as long as has been looked for an order. */
const LOOK_MS = 50;

/**
 * Looks for an order, for models and histories for which there is no fast way. Exact where it answers: what it finds is an
 * order, and there is none only where nothing was left out of consideration.
 *
 * It goes through the events thriftily: an open operation is taken to have happened only where nothing else explains an
 * answer, which mostly is how it was. Where it comes to an answer that it cannot explain it goes back a little, and tries
 * more; if that does not help, farther, and yet more. In between it looks whether that answer has no explanation at all
 * (`disproof.ts`).
 */
export function search<S>(
  part: Part,
  model: Pick<Model<S>, "name" | "owned" | "specification">,
  limits: Limits,
  tuning: Tuning = USUAL,
): Judgement {
  const began = performance.now();
  const deadline = began + limits.timeMs;
  const kinds = kindsOf(part, model);
  const slots = slotsOf(part);
  const end = part.events.length;
  const widest = Math.max(tuning.width, Math.floor(limits.memoryBytes / BYTES_EACH / 8));
  const frontier = createFrontier(part, kinds, slots);
  const trail = createTrail(frontier.save(0), tuning.stride);
  const disproof = createDisproof(part, kinds, slots, tuning);
  let from = 0;
  /** Where the frontier was last restored. */
  let since = 0;
  /** Place of the last answer that could not be explained. */
  let hard = -1;
  let level = 0;
  let distance = tuning.distance;
  for (;;) {
    const to = level === 0 ? end : Math.min(hard + distance, end);
    const { wider, thrifty } = effortAt(level);
    const width = Math.min(tuning.width * tuning.wider ** wider, widest);
    const effort = { width, relaxed: false, thrifty, deadline };
    const { result, at } = pass(part, frontier, { from, to }, { effort, trail });
    if (result === "there" && to === end) return { verdict: "valid" };
    if (result === "there") {
      [from, level] = [to, 0];
      continue;
    }
    const farthest = Math.max(at, hard);
    if (result === "late") return unknown(part, farthest, `${Math.round(limits.timeMs)} ms were over`);
    if (since === 0 && frontier.isWhole) return violated(part, kinds, at, frontier);
    if (since === 0 && !effort.thrifty && width === widest)
      return unknown(
        part,
        farthest,
        `more than ${widest} orders had to be told apart, as many as memory may hold`,
      );
    if (level === 0 || at > hard + distance) [level, distance] = [1, tuning.distance];
    else if (at <= hard) [level, distance] = [level + 1, distance * tuning.farther];
    hard = farthest;
    const now = performance.now();
    const until = Math.min(deadline, now + Math.max(LOOK_MS, now - began));
    // Of a short history the first pass that is not thrifty knows all from the beginning, mostly sooner.
    const soon = hard <= tuning.distance && level <= FIRST_WHOLE;
    if (!soon && disproof.attempt(hard, distance, Math.min(width * tuning.wider, widest), until))
      return violated(part, kinds, disproof.at, disproof.frontier);
    const checkpoint = trail.before(hard - distance);
    trail.cut(checkpoint.at);
    frontier.restore(checkpoint);
    from = since = checkpoint.at;
  }
}

/** The first level that is not thrifty. */
const FIRST_WHOLE = 3;

/**
 * How much is tried on each level. Not to be thrifty takes dozens of times as long with as many configurations, so before
 * that it is thrifty among so many more.
 */
function effortAt(level: number): { readonly wider: number; readonly thrifty: boolean } {
  if (level < FIRST_WHOLE) return { wider: level, thrifty: true };
  const thrifty = (level - FIRST_WHOLE) % 2 === 1;
  return { wider: thrifty ? level / 2 + 1 : (level - 1) / 2, thrifty };
}

function violated({ ops, events }: Part, kinds: Kinds, at: number, frontier: Frontier): Judgement {
  const row = rowOf(events[at]!);
  const rows = frontier.underWay();
  const others = rows.length === 1 ? "" : `, whatever the ${rows.length - 1} under way beside it did`;
  const states = frontier
    .before()
    .slice(0, MOST_STATES)
    .map((state) => kinds.describe(state));
  const then = states.length === 0 ? "" : ` (possible just before: ${states.join(" or ")})`;
  return {
    verdict: "violated",
    reason: `no order of the operations explains the answer to ${named(ops, row)}${others}${then}`,
    witness: [...rows].sort((a, b) => a - b),
    at: ops.complete[row]!,
  };
}

const MOST_STATES = 4;

function unknown({ ops, events }: Part, reached: number, why: string): Judgement {
  const event = events[Math.min(reached, events.length - 1)] ?? 0;
  const at = (event & 1) === 1 ? ops.complete[event >> 1]! : ops.invoke[event >> 1]!;
  return {
    verdict: "unknown",
    reason: `gave up at event ${at}, ${Math.floor((100 * reached) / events.length)} % of the way: ${why}`,
    at,
  };
}
