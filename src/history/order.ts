import type { HistoryEvent } from "./event.js";

/**
 * The order of a history: by time; at one time invocations before completions, since a completion at the very instant
 * of an invocation does not prove that it came first. The register's own events keep the order in which it applied them.
 */
export function inOrder(a: HistoryEvent, b: HistoryEvent): number {
  return a.time - b.time || rank(a) - rank(b);
}

const rank = (event: HistoryEvent): number =>
  event.process === "run" && event.f === "begin" ? 0 : event.type === "invoke" ? 1 : 2;

/** All lists as one history in order (stable: what is alike stays as it stands), each event with its place. */
export function mergeEvents(lists: readonly (readonly HistoryEvent[])[]): readonly HistoryEvent[] {
  return lists
    .flat()
    .sort(inOrder)
    .map((event, index) => Object.assign(event, { index }));
}
