import { LockjepsenError } from "../../src/error.js";
import { formatTime } from "../../src/units.js";
import type { Edge } from "./edges.js";
import { knock } from "./knock.js";
import { countOn, shapingOf } from "./shaper.js";

/** Pairs that are measured: each knocks some times at once, and the fastest counts. */
const MOST_PAIRS = 3;
const KNOCKS = 3;
const TRIES = 3;
/** Of the delay that was asked for: timers are no finer than 1 ms, and jitter is not counted. */
const ENOUGH = 0.9;
/** Beyond the expected: a packet that got lost is sent again after 1 s. */
const PATIENCE_MS = 1_500;
/** A share of packets below this may spare every knock. */
const SURE_LOSS = 0.05;
const SURE_KNOCKS = 100;

/** Round trips before, to compare with: one knock each. */
export async function measure(edges: readonly Edge[]): Promise<readonly (number | null)[]> {
  return await Promise.all(
    pairsOf(edges).map(async ({ from, to }) => (await knock(from, [to], PATIENCE_MS))?.[0] ?? null),
  );
}

/**
 * That the ways are slow indeed: no answer comes earlier than all that delays both ways together allow. Where nothing is
 * delayed, that packets are lost, or at least that they come by. Throws where it is not so.
 */
export async function verifySlow(
  edges: readonly Edge[],
  before: readonly (number | null)[],
): Promise<string> {
  const told = await Promise.all(
    pairsOf(edges).map(async (edge, index) => {
      const back = { from: edge.to, to: edge.from };
      const [there, home] = [shapingOf(edge), shapingOf(back)];
      const least = [there, home].reduce((sum, one) => sum + Math.max(0, one.delayMs - one.jitterMs), 0);
      const lossy = there.loss >= SURE_LOSS && least === 0;
      const many = Array.from({ length: lossy ? SURE_KNOCKS : KNOCKS }, () => edge.to);
      for (let tries = 1; ; tries += 1) {
        const times = await knock(edge.from, many, 2 * least + (lossy ? 0 : PATIENCE_MS) + 500);
        const answered = (times ?? []).filter((time) => time !== null);
        const { passed, dropped, held } = await countOn(edge);
        const fastest = answered.length === 0 ? null : Math.min(...answered);
        const name = `${edge.from.name} ${edge.to.name}`;
        const seen = `${name} ${fastest === null ? "no answer" : formatTime(fastest)} (${formatBefore(before[index])})`;
        const late = fastest === null ? passed + dropped + held > 0 : fastest >= ENOUGH * least;
        if (late && (!lossy || dropped > 0) && passed + dropped + held > 0)
          return lossy ? `${seen}, ${dropped} of ${dropped + passed + held} packets lost` : seen;
        if (tries === TRIES)
          throw new LockjepsenError(
            "environment",
            `it is not slow: round trip ${seen}`,
            "run `lockjepsen doctor`",
          );
      }
    }),
  );
  return `round trip ${told.join(", ")}`;
}

/** What a round trip takes now. */
export async function verifyFast(edges: readonly Edge[]): Promise<string> {
  const pairs = pairsOf(edges);
  const times = await measure(edges).catch(() => []);
  return `round trip ${pairs.map(({ from, to }, index) => `${from.name} ${to.name} ${formatBefore(times[index])}`).join(", ")}`;
}

const formatBefore = (time: number | null | undefined): string =>
  time === null || time === undefined ? "no answer" : formatTime(time);

/** Some of the ways, of different senders where there are some. */
function pairsOf(edges: readonly Edge[]): readonly Edge[] {
  const firsts = edges.filter(({ from, to }, index) =>
    edges.slice(0, index).every((edge) => edge.from !== from && !(edge.from === to && edge.to === from)),
  );
  return firsts.slice(0, MOST_PAIRS);
}
