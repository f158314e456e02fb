import { cell, NIL, OUTCOME, type OpColumns } from "../../src/history/columns.js";

/**
 * The models that the operations of a history call for, by name; none where it has no operation that a model speaks of.
 * Where two would do it is the one that forbids more: a reentrant lock is never guessed, for a mutex that was granted
 * twice to one owner would pass as one; nor is a semaphore, for any lock would. Tokens are what leases have, so with them
 * holds may overlap.
 */
export function guessModels(ops: OpColumns): readonly string[] {
  const seen = sightOf(ops);
  const has = (name: string): boolean => seen.operations.has(name);
  return [
    ...(has("acquire-read") || has("acquire-write")
      ? ["rw-lock"]
      : has("acquire") || has("release")
        ? [seen.granted ? "fenced-mutex" : "owner-mutex"]
        : []),
    ...(seen.parents
      ? ["lost-update"]
      : has("cas")
        ? ["cas-register"]
        : has("add")
          ? [seen.collections ? "set" : "counter"]
          : has("write") || has("read")
            ? ["register"]
            : []),
  ];
}

interface Sight {
  readonly operations: ReadonlySet<string>;
  /** An acquire returned a token. */
  readonly granted: boolean;
  /** A write says what it was computed from. */
  readonly parents: boolean;
  /** A read returned a collection. */
  readonly collections: boolean;
}

function sightOf(ops: OpColumns): Sight {
  const operations = new Set<string>();
  let granted = false;
  let parents = false;
  let collections = false;
  for (let row = 0; row < ops.count; row += 1) {
    const name = ops.operations[ops.f[row]!]!;
    operations.add(name);
    if (name === "acquire" && cell(ops.token, row) !== NIL) granted = true;
    else if (name === "write" && cell(ops.extra, row) !== NIL) parents = true;
    else if (!collections && name === "read" && ops.outcome[row] === OUTCOME.ok)
      collections = typeof ops.valueOf(ops.value[row]!) === "object" && ops.value[row] !== NIL;
  }
  return { operations, granted, parents, collections };
}
