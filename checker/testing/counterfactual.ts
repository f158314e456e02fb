import type { History } from "../../src/history/history.js";
import { isClientEvent, type RegisterEvent } from "../../src/history/event.js";
import { logOf } from "./oracle.js";

/** Ids of acknowledged writes that the final value of a lock does not come from: by a walk up from every version. */
export function lostWrites(history: History, lock: string): ReadonlySet<string> {
  const writes = logOf(history).filter(
    (event) => event.lock === lock && event.f === "write" && event.type === "ok",
  );
  const reaches = (from: number, to: number): boolean =>
    from === to || writes.some(({ version, parent }) => version === from && reaches(parent ?? 0, to));
  const final = writes.at(-1)?.version ?? 0;
  const acknowledged = acknowledgedIds(history);
  return new Set(
    writes
      .filter(({ id, version }) => acknowledged.has(id ?? "") && !reaches(final, version ?? 0))
      .map(({ id }) => id ?? ""),
  );
}

export const acknowledgedIds = ({ events }: History): ReadonlySet<string> =>
  new Set(
    events.flatMap((event) =>
      isClientEvent(event) && event.f === "write" && event.type === "ok" ? [event.id ?? ""] : [],
    ),
  );

/** A register with a whole fence, as it would have answered the very same requests: each holder knows what it saw last. */
export function behindFence(
  history: History,
  lock: string,
): { readonly refused: ReadonlySet<string>; readonly kept: ReadonlySet<string> } {
  const tokens = new Map(
    history.events.flatMap((event) =>
      isClientEvent(event) && event.f === "acquire" && event.type === "ok"
        ? [[event.grant, event.token]]
        : [],
    ),
  );
  const holder = (event: RegisterEvent): string => event.grant ?? `process ${event.by}`;
  const seen = new Map<string, readonly string[]>();
  const refused = new Set<string>();
  let value: readonly string[] = [];
  let mark: bigint | null = null;
  for (const event of logOf(history)) {
    if (event.lock !== lock || event.type !== "ok" || event.final) continue;
    const token = tokens.get(event.grant);
    const passes = token !== undefined && (mark === null || BigInt(token) >= mark);
    if (passes) mark = BigInt(token);
    if (event.f === "write" && passes) value = [...(seen.get(holder(event)) ?? []), event.id ?? ""];
    if (event.f === "write" && !passes) refused.add(event.id ?? "");
    // Even one that is refused learns what stands: it would give up then, and what it does after is refused as well.
    seen.set(holder(event), value);
  }
  return { refused, kept: new Set(value) };
}
