import type { Analysis } from "./analysis.js";
import type { GrantFact } from "./facts/grants.js";
import { percentiles } from "./statistics.js";
import type { Verdict } from "./types.js";

/**
 * How long a lock that somebody waited for took to its next holder: from the moment its holder asked to release it, or
 * was killed, to the next holder's `ok`. Where the next one was granted before that the two overlap, and nothing was
 * handed over.
 */
export function handOverOf({ grants }: Pick<Analysis, "grants">): Verdict["handOver"] {
  const released: number[] = [];
  const died: number[] = [];
  const last = new Map<string, GrantFact>();
  for (const next of grants) {
    const before = last.get(next.lock);
    last.set(next.lock, next);
    if (!before || before.client === next.client) continue;
    const since = freed(before);
    if (since === null || next.acquire.invoke.time > since.at || next.from < since.at) continue;
    (since.by === "release" ? released : died).push(next.from - since.at);
  }
  const told = (list: readonly number[]) => (list.length === 0 ? null : percentiles(list));
  return { released: told(released), died: told(died) };
}

function freed(grant: GrantFact): { readonly at: number; readonly by: "release" | "kill" } | null {
  const { ended, release, to } = grant;
  if (ended === "kill") return { at: to, by: "kill" };
  return ended === "release" && release?.outcome === "ok" ? { at: release.invoke.time, by: "release" } : null;
}
