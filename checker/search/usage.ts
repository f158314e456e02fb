/**
 * Which open operations an order has made use of: a multiset of kinds, as one number. Equal multisets have the same
 * number; 0 is the empty one.
 */
export interface Usages {
  /** With one more of a kind. */
  add(usage: number, kind: number): number;
  count(usage: number, kind: number): number;
  /** How many in all. */
  total(usage: number): number;
  /** Whether a uses no more of any kind than b. */
  within(a: number, b: number): boolean;
  /** Distinct multisets so far. */
  readonly size: number;
  multiset(usage: number): Multiset;
  of(set: Multiset): number;
  /** Forgets all. */
  clear(): void;
  /** What all have in common is taken off them, and told to `spent`. Returns their new numbers. */
  rebase(usages: readonly number[], spent: (kind: number, count: number) => void): readonly number[];
}

/** Kinds in ascending order, each as often as it is used. */
export type Multiset = readonly number[];

/** More than a history has operations. */
const MOST_KINDS = 2 ** 31;

export function createUsages(): Usages {
  let sets: Multiset[] = [[]];
  let places = new Map<string, number>([["", 0]]);
  /** What `add` gave before. */
  let added = new Map<number, number>();

  function placeOf(set: Multiset): number {
    const text = set.join();
    let place = places.get(text);
    if (place === undefined) {
      place = sets.push(set) - 1;
      places.set(text, place);
    }
    return place;
  }

  function clear(): void {
    sets = [[]];
    places = new Map([["", 0]]);
    added = new Map();
  }

  return {
    get size() {
      return sets.length;
    },
    add(usage, kind) {
      const question = usage * MOST_KINDS + kind;
      const known = added.get(question);
      if (known !== undefined) return known;
      const set = sets[usage]!;
      const at = set.findIndex((other) => other > kind);
      const answer = placeOf(at < 0 ? [...set, kind] : set.toSpliced(at, 0, kind));
      added.set(question, answer);
      return answer;
    },
    count(usage, kind) {
      let count = 0;
      for (const other of sets[usage]!) if (other === kind) count += 1;
      return count;
    },
    total: (usage) => sets[usage]!.length,
    within: (a, b) => a === b || isWithin(sets[a]!, sets[b]!),
    multiset: (usage) => sets[usage]!,
    of: placeOf,
    clear,
    rebase(usages, spent) {
      const old = usages.map((usage) => sets[usage]!);
      const common = old.reduce((shared, set) => intersection(shared, set));
      for (const kind of common) spent(kind, 1);
      clear();
      return old.map((set) => placeOf(difference(set, common)));
    },
  };
}

function isWithin(a: Multiset, b: Multiset): boolean {
  if (a.length > b.length) return false;
  let at = 0;
  for (const kind of a) {
    while (at < b.length && b[at]! < kind) at += 1;
    if (b[at] !== kind) return false;
    at += 1;
  }
  return true;
}

function intersection(a: Multiset, b: Multiset): Multiset {
  let at = 0;
  return a.filter((kind) => {
    while (at < b.length && b[at]! < kind) at += 1;
    if (b[at] !== kind) return false;
    at += 1;
    return true;
  });
}

function difference(a: Multiset, b: Multiset): Multiset {
  let at = 0;
  return a.filter((kind) => {
    while (at < b.length && b[at]! < kind) at += 1;
    if (b[at] !== kind) return true;
    at += 1;
    return false;
  });
}
