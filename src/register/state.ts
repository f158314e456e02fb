import type { Fencing } from "../history/context.js";
import type { Token } from "../history/event.js";

/** What a client asks of the register. */
export interface RegisterRequest {
  readonly f: "read" | "write";
  readonly lock: string;
  /** Presented under fencing `on` (reads and writes) and `writes` (writes only). */
  readonly token?: Token;
  /** Presented under fencing `identity`: the holder's random id. */
  readonly owner?: string;
  /** write. */
  readonly value?: unknown;
}

/** The version after it was applied, or at which it was refused; a read's value. */
export type RegisterAnswer =
  | { readonly applied: true; readonly version: number; readonly value?: unknown }
  | { readonly applied: false; readonly version: number; readonly error: keyof typeof REFUSALS };

/** Why a request was refused, in words. `outdated`, `impossible`: by a resource that looks after itself. */
export const REFUSALS = {
  fenced: "refused by the fence",
  outdated: "refused: it was computed from a version that stands no more",
  impossible: "refused: the value allows no such change",
} as const;

export interface Register {
  apply(request: RegisterRequest): RegisterAnswer;
  /** As the fence does, for a reason from elsewhere: nothing has changed. */
  refuse(request: RegisterRequest): RegisterAnswer;
}

interface Cell {
  value: unknown;
  version: number;
  highest: bigint;
  owner: string | undefined;
}

/**
 * The protected resource: for each lock a value that every write replaces whole, with a version that counts the writes.
 *
 * Its fence, by mode:
 * - `on`: refuses any request whose token is below the highest one presented. Reads present theirs too: a reader with
 *   token 42 must shut out 41, or 41's later write is accepted, acknowledged, and lost under 42's.
 * - `writes`: only writes are looked at, as most articles have it (Kleppmann, "How to do distributed locking", 2016):
 *   open to just that loss.
 * - `identity`: a read leaves the holder's random id, a write is accepted only while that id still stands, as Redlock's
 *   author proposes (Sanfilippo, "Is Redlock safe?", 2016): needs no order among holders.
 */
export function createRegister(initial: unknown, fencing: Fencing): Register {
  const cells = new Map<string, Cell>();

  function cellOf(lock: string): Cell {
    const known = cells.get(lock);
    if (known) return known;
    const fresh: Cell = { value: initial, version: 0, highest: -1n, owner: undefined };
    cells.set(lock, fresh);
    return fresh;
  }

  function passes(cell: Cell, request: RegisterRequest): boolean {
    switch (fencing) {
      case "off":
        return true;
      case "identity":
        if (request.f === "read") cell.owner = request.owner ?? cell.owner;
        return request.f === "read" || (request.owner !== undefined && request.owner === cell.owner);
      case "writes":
        if (request.f === "read") return true;
        return raise(cell, request.token);
      case "on":
        // A final read is made by nobody's grant: it has no token, changes nothing, and may always look.
        if (request.f === "read" && request.token === undefined) return true;
        return raise(cell, request.token);
    }
  }

  return {
    refuse: ({ lock }) => ({ applied: false, version: cellOf(lock).version, error: "fenced" }),
    apply(request) {
      const cell = cellOf(request.lock);
      if (!passes(cell, request)) return { applied: false, version: cell.version, error: "fenced" };
      if (request.f === "read") return { applied: true, version: cell.version, value: cell.value };
      cell.value = request.value;
      cell.version += 1;
      return { applied: true, version: cell.version };
    },
  };
}

/** Raises the high-water mark; false, and nothing changed, for a token below it (or for none at all). */
function raise(cell: Cell, presented: Token | undefined): boolean {
  const given = presented === undefined ? -1n : BigInt(presented);
  if (given < 0n || given < cell.highest) return false;
  cell.highest = given;
  return true;
}
