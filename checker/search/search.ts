import type { Judgement, Limits, Model, Part } from "../models/types.js";
import { named } from "../models/words.js";
import { attempt, type Passed } from "./attempt.js";
import { kindsOf } from "./kinds.js";

const FIRST_WIDTH = 64;
const WIDER = 16;
/** About what a configuration and what belongs to it takes. */
const BYTES_EACH = 400;

/**
 * Looks for an order, for models and histories for which there is no fast way. The first pass is thrifty: it takes an open
 * operation to have happened only where nothing else explains an answer, which mostly is how it was. Exact where it answers: a narrow pass
 * that finds an order has proved it, and a pass that left nothing out and found none has disproved it. In between, a pass
 * in which open operations may be used again and again disproves much at once, since it allows more than the real thing;
 * then ever wider passes, as far as the limits go.
 */
export function search<S>(
  part: Part,
  model: Pick<Model<S>, "name" | "owned" | "specification">,
  limits: Limits,
): Judgement {
  const began = performance.now();
  const deadline = began + limits.timeMs;
  const kinds = kindsOf(part, model);
  const widest = Math.max(FIRST_WIDTH, Math.floor(limits.memoryBytes / BYTES_EACH / 8));
  const first = attempt(part, kinds, { width: FIRST_WIDTH, relaxed: false, thrifty: true, deadline });
  if (first.result === "found") return { verdict: "valid" };
  if (first.result === "none" && first.whole) return violated(part, first);
  // Before the relaxed one: used again and again, an open operation may lead to states without end (a re-entrant lock gets
  // ever deeper), while what is really open allows but a few.
  const narrow = attempt(part, kinds, { width: FIRST_WIDTH, relaxed: false, thrifty: false, deadline });
  if (narrow.result === "found") return { verdict: "valid" };
  if (narrow.result === "none" && narrow.whole) return violated(part, narrow);
  const relaxed = attempt(part, kinds, {
    width: FIRST_WIDTH * WIDER,
    relaxed: true,
    thrifty: false,
    deadline,
  });
  if (relaxed.result === "none" && relaxed.whole) return violated(part, relaxed);
  let far = first;
  for (let width = FIRST_WIDTH; ; width = Math.min(width * WIDER, widest)) {
    // Ever wider: by turns thrifty, which is how an order is found, and whole, which is how there is none.
    for (const thrifty of [true, false]) {
      const passed = attempt(part, kinds, {
        width: thrifty ? Math.min(width * 8, widest) : width,
        relaxed: false,
        thrifty,
        deadline,
      });
      if (passed.reached > far.reached) far = passed;
      if (passed.result === "found") return { verdict: "valid" };
      if (passed.result === "none" && passed.whole) return violated(part, passed);
      if (passed.result === "late") return unknown(part, far, `${Math.round(limits.timeMs)} ms were over`);
    }
    if (width === widest)
      return unknown(
        part,
        far,
        `more than ${widest} orders had to be told apart, as many as memory may hold`,
      );
  }
}

function violated({ ops }: Part, { stuck, states }: Passed): Judgement {
  const [row = 0] = stuck;
  const others = stuck.length === 1 ? "" : `, whatever the ${stuck.length - 1} under way beside it did`;
  const then = states.length === 0 ? "" : ` (possible just before: ${states.join(" or ")})`;
  return {
    verdict: "violated",
    reason: `no order of the operations explains the answer to ${named(ops, row)}${others}${then}`,
    witness: [...stuck].sort((a, b) => a - b),
    at: ops.complete[row]!,
  };
}

function unknown({ ops, events }: Part, { reached }: Passed, why: string): Judgement {
  const event = events[Math.min(reached, events.length - 1)] ?? 0;
  const at = (event & 1) === 1 ? ops.complete[event >> 1]! : ops.invoke[event >> 1]!;
  return {
    verdict: "unknown",
    reason: `gave up at event ${at}, ${Math.floor((100 * reached) / events.length)} % of the way: ${why}`,
    at,
  };
}
