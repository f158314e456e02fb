import type { Finding, FindingKind } from "./types.js";

/** What a kind of violation is called, one and many. */
const WORDS: Readonly<Record<FindingKind, readonly [string, string]>> = {
  overlap: ["overlap of two holders", "overlaps of two holders"],
  "stale-write": ["stale write", "stale writes"],
  "lost-update": ["lost update", "lost updates"],
  imbalance: ["sum that does not add up", "sums that do not add up"],
  "token-order": ["token out of order", "tokens out of order"],
  "fence-breach": ["breach of the fence", "breaches of the fence"],
  "late-grant": ["late grant", "late grants"],
  "foreign-release": ["release of another's lock", "releases of another's lock"],
  orphan: ["orphaned lock", "orphaned locks"],
  unrecovered: ["cluster that did not recover", "failures to recover"],
  "unlocked-write": ["write without the lock", "writes without the lock"],
  nonlinearizable: ["answer that fits no order", "answers that fit no order"],
};

/** `31 lost updates (31 outlived-lease)`: each kind of violation with its number and causes, the worst first. */
export function violationReasons(findings: readonly Finding[]): readonly string[] {
  return [
    ...grouped(
      findings.filter(({ severity }) => severity === "violation"),
      ({ kind }) => kind,
    ),
  ]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([kind, list]) => {
      const [one, many] = WORDS[kind];
      const causes = [...grouped(list, ({ cause }) => cause ?? "")]
        .filter(([cause]) => cause !== "")
        .map(([cause, some]) => (some.length === list.length ? cause : `${some.length} ${cause}`));
      const because = causes.length > 0 ? `: ${causes.join(", ")}` : "";
      return `${list.length} ${list.length === 1 ? one : many}${because}`;
    });
}

function grouped<T, K>(list: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
