/**
 * Whether operations on a register with unique written values can be put in one order (Gibbons and Korach, "Testing
 * Shared Memories", SIAM J. Comput. 26(4), 1997, section 4): by zones, in O(n log n).
 */

/** An operation on a register. Times are places in a history, or anything else that orders. */
export interface RegisterOperation {
  readonly f: "read" | "write";
  /** What was read or written: unique among writes. */
  readonly value: number;
  readonly invoke: number;
  /** Infinity: its outcome is open, it may take effect at any time after its invocation, or never. */
  readonly return: number;
}

export type RegisterViolation =
  | { readonly kind: "unwritten"; readonly read: RegisterOperation }
  | { readonly kind: "from-the-future"; readonly read: RegisterOperation; readonly write: RegisterOperation }
  | { readonly kind: "forward-forward" | "backward-in-forward"; readonly values: readonly [number, number] };

interface Cluster {
  readonly value: number;
  write: RegisterOperation | null;
  /** Least return and greatest invocation over the write and all reads of its value. */
  leastReturn: number;
  greatestInvoke: number;
  read: boolean;
}

/**
 * The first contradiction, or null where an order exists. `initial` is the value before the first write. Reads that are
 * open say nothing and are left out; an open write that nobody read may be said never to have happened.
 */
export function registerViolation(
  operations: readonly RegisterOperation[],
  initial: number,
): RegisterViolation | null {
  const clusters = new Map<number, Cluster>();
  const start: RegisterOperation = { f: "write", value: initial, invoke: -Infinity, return: -Infinity };
  for (const operation of [start, ...operations]) {
    if (operation.f === "read" && operation.return === Infinity) continue;
    const cluster = clusters.get(operation.value) ?? fresh(operation.value);
    clusters.set(operation.value, cluster);
    cluster.leastReturn = Math.min(cluster.leastReturn, operation.return);
    cluster.greatestInvoke = Math.max(cluster.greatestInvoke, operation.invoke);
    if (operation.f === "write") cluster.write = operation;
    else cluster.read = true;
  }
  for (const read of operations) {
    if (read.f === "write" || read.return === Infinity) continue;
    const write = clusters.get(read.value)?.write;
    if (!write) return { kind: "unwritten", read };
    if (read.return < write.invoke) return { kind: "from-the-future", read, write };
  }
  return zoneViolation(
    [...clusters.values()].filter((cluster) => cluster.read || cluster.leastReturn < Infinity),
  );
}

const fresh = (value: number): Cluster => ({
  value,
  write: null,
  leastReturn: Infinity,
  greatestInvoke: -Infinity,
  read: false,
});

/**
 * A zone spans from the least return to the greatest invocation of a value. Where the return comes first (forward), the
 * value certainly stood throughout: two such may not overlap. Else (backward) all its operations share a moment, which
 * must lie in no forward zone: a backward zone wholly inside one has none.
 */
function zoneViolation(clusters: readonly Cluster[]): RegisterViolation | null {
  const forward = clusters
    .filter((cluster) => cluster.leastReturn < cluster.greatestInvoke)
    .toSorted((a, b) => a.leastReturn - b.leastReturn);
  for (const [index, cluster] of forward.entries()) {
    const next = forward[index + 1];
    if (next && next.leastReturn < cluster.greatestInvoke)
      return { kind: "forward-forward", values: [cluster.value, next.value] };
  }
  for (const cluster of clusters) {
    if (cluster.leastReturn < cluster.greatestInvoke) continue;
    const around = lastBeginningBefore(forward, cluster.greatestInvoke);
    if (around && cluster.leastReturn < around.greatestInvoke)
      return { kind: "backward-in-forward", values: [around.value, cluster.value] };
  }
  return null;
}

/** The forward zone that began last before `time`; they do not overlap, so no other can reach around it. */
function lastBeginningBefore(forward: readonly Cluster[], time: number): Cluster | undefined {
  let low = 0;
  let high = forward.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((forward[middle]?.leastReturn ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return forward[low - 1];
}
