import type { RegisterEvent } from "../../src/history/event.js";
import type { CausedOverlap } from "../cause.js";
import { freezesOf } from "../facts/faults.js";
import type { Facts } from "../facts/index.js";
import { because } from "./cause.js";
import { at, lasting, wasGranted } from "./words.js";

/** Two who held at once, in words: who, when, with which tokens, under which fault, why this cause, and what came of it. */
export function explainOverlap(
  overlap: CausedOverlap,
  facts: Facts,
  harm: RegisterEvent | undefined,
): string {
  const { earlier, later, from, to } = overlap;
  const [first, second] = earlier.from <= later.from ? [earlier, later] : [later, earlier];
  return [
    `${wasGranted(first)}.`,
    `However, ${wasGranted(second)}, and for ${atLeast(overlap)}${lasting(to - from)} both believed that they held it${frozen(overlap, facts)}.`,
    because(overlap, facts),
    consequence(harm, overlap, facts),
  ].join(" ");
}

/** Who said no more may have gone on believing. */
const atLeast = ({ earlier, later, to }: CausedOverlap): string =>
  [earlier, later].some((grant) => grant.to === to && grant.ended === "last-event") ? "at least " : "";

/** A holder that does not run cannot write: what it believes is of no moment before it wakes. */
function frozen({ earlier, from, to }: CausedOverlap, { faults }: Facts): string {
  const throughout = freezesOf(earlier.client, faults).some(
    (fault) => fault.shape !== "slow" && fault.from <= from && to <= fault.to,
  );
  return throughout ? ` (${earlier.client} was frozen all that time)` : "";
}

function consequence(
  harm: RegisterEvent | undefined,
  { earlier, later }: CausedOverlap,
  { registers }: Facts,
): string {
  if (harm)
    return `The register applied a write of ${earlier.client} at ${at(harm.time)}, after ${later.client} had been granted the lock.`;
  // What the log lacks may be just the write that did it.
  return registers.get(earlier.lock)?.incomplete !== null
    ? "Whether that did harm is not known: the register's log is missing or not whole."
    : `No harm was done: the register applied nothing of ${earlier.client} after ${later.client} was granted the lock.`;
}
