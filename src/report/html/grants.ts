import type { GrantFact } from "../../../checker/facts/index.js";
import type { Interval } from "../../../checker/intervals.js";
import type { Overlap } from "../../../checker/overlaps.js";
import { columns, micros } from "./columns.js";
import { inside } from "./drawn.js";
import {
  GRANT_COLUMNS,
  OVERLAP_COLUMNS,
  type Columns,
  type Drawn,
  type GrantColumn,
  type OverlapColumn,
} from "./payload.js";
import type { StringTable } from "./strings.js";

/** Who believed to hold, from when to when, and in which times a lease covered that. `end` is the run's, µs. */
export function grantColumns(
  grants: readonly GrantFact[],
  drawn: Drawn | null,
  clients: readonly string[],
  strings: StringTable,
  end: number,
): { readonly grants: Columns<GrantColumn>; readonly covers: readonly number[] } {
  const shown = grants.filter((grant) => inside(drawn, micros(grant.from), micros(grant.to)));
  const rows = shown.map((grant) => ({
    client: clients.indexOf(grant.client),
    process: grant.process,
    lock: strings.place(grant.lock),
    grant: strings.place(grant.id),
    token: strings.place(grant.token === null ? undefined : String(grant.token)),
    from: micros(grant.from),
    to: micros(grant.to),
    ended: strings.place(grant.ended),
    covers: grant.coverage.length,
  }));
  const covers = shown.flatMap((grant) => grant.coverage.flatMap((stretch) => pair(grant, stretch, end)));
  return { grants: columns(GRANT_COLUMNS, rows), covers };
}

/** The service's promise began before the grant was told of, and may have no end: neither goes past the picture. */
function pair(grant: Interval, { from, to }: Interval, end: number): readonly [from: number, to: number] {
  const until = Number.isFinite(to) ? micros(to) : end;
  return [Number.isFinite(from) ? micros(from) : Math.min(micros(grant.from), until), until];
}

/** When two held at once, by the judge's own sweep. */
export function overlapColumns(
  overlaps: readonly Overlap[],
  drawn: Drawn | null,
  locks: readonly string[],
): Columns<OverlapColumn> {
  const rows = overlaps
    .map(({ earlier, from, to }) => ({
      lock: locks.indexOf(earlier.lock),
      from: micros(from),
      to: micros(to),
    }))
    .filter(({ from, to }) => inside(drawn, from, to));
  return columns(OVERLAP_COLUMNS, rows);
}
