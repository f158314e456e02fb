/** Rows that wait, the one that must return first foremost: a binary heap. */
export interface Pending {
  readonly size: number;
  push(row: number): void;
  /** Takes out the row that must return first; -1: nobody waits. */
  pop(): number;
}

export function createPending(deadline: (row: number) => number): Pending {
  const heap: number[] = [];
  const before = (a: number, b: number): boolean => deadline(heap[a]!) < deadline(heap[b]!);
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };
  return {
    get size() {
      return heap.length;
    },
    push(row) {
      let at = heap.push(row) - 1;
      while (at > 0 && before(at, (at - 1) >> 1)) {
        swap(at, (at - 1) >> 1);
        at = (at - 1) >> 1;
      }
    },
    pop() {
      const first = heap[0] ?? -1;
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return first;
      heap[0] = last;
      for (let at = 0; ;) {
        let least = at;
        for (const child of [2 * at + 1, 2 * at + 2])
          if (child < heap.length && before(child, least)) least = child;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
