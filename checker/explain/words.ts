import type { Nanos } from "../../src/history/event.js";
import type { Facts, GrantFact } from "../facts/index.js";
import type { FaultSummary, GrantRef } from "../types.js";

/** `12.104 s`: a moment of the run. */
export const at = (time: number): string => `${(time / 1e9).toFixed(3)} s`;

/** `2.006 s` or `41 ms`: a length of time. */
export function lasting(ns: number): string {
  if (ns >= 1e9) return `${(ns / 1e9).toFixed(3)} s`;
  return ns >= 1e6 ? `${(ns / 1e6).toFixed(0)} ms` : `${(ns / 1e6).toFixed(3)} ms`;
}

/** `c3 (process 7)`. */
export const who = ({ client, process }: { client: string; process: number }): string =>
  `${client} (process ${process})`;

/** ` with token 42`, or nothing where there is none. */
export const withToken = ({ token }: Pick<GrantFact, "token">): string =>
  token === null ? "" : ` with token ${token}`;

/** `c3 (process 7) was granted lock-1 with token 42 at 12.104 s`. */
export const wasGranted = (grant: GrantFact): string =>
  `${who(grant)} was granted ${grant.lock}${withToken(grant)} at ${at(grant.from)}`;

/** `the pause f3, from 10.200 s to 14.100 s`. One that is not healed goes on where the record ends. */
export const theFault = ({ name, id, from, to }: FaultSummary, { end }: Pick<Facts, "end">): string =>
  to < end
    ? `the ${name} ${id}, from ${at(from)} to ${at(to)}`
    : `the ${name} ${id}, which began at ${at(from)} and still lasted at ${at(end)}`;

export function reference(grant: GrantFact): GrantRef {
  const { id, client, process, token } = grant;
  const text = grant.acquire.completion.token;
  return { grant: id, client, process, ...(token !== null && text !== undefined && { token: text }) };
}

/** The end of the last stretch of promised time before `time`. */
export function leaseEndBefore({ coverage }: GrantFact, time: Nanos): Nanos | null {
  const past = coverage.filter((stretch) => stretch.to <= time).at(-1);
  return past && Number.isFinite(past.to) ? past.to : null;
}

/** Indices of events, in order, each once. */
export function indices(
  ...events: readonly ({ readonly index?: number } | null | undefined)[]
): readonly number[] {
  const list = events.flatMap((event) => event?.index ?? []);
  return [...new Set(list)].toSorted((a, b) => a - b);
}
