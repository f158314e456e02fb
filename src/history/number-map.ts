/**
 * A map from numbers to whole numbers from 0 on, in typed arrays: linear probing, no tombstones. A `Map` takes several
 * times the memory and ends at 16.7 million entries, which a hostile history has.
 */
export interface NumberMap {
  readonly size: number;
  /** -1: it is not there. */
  get(key: number): number;
  set(key: number, value: number): void;
  delete(key: number): void;
}

const EMPTY = -1;

export function createNumberMap(): NumberMap {
  let capacity = 64;
  let keys = new Float64Array(capacity);
  let values = new Int32Array(capacity).fill(EMPTY);
  let size = 0;

  /** Where a key is, or the free place where it belongs. */
  function find(key: number): number {
    const mask = capacity - 1;
    let at = home(key, mask);
    while (values[at] !== EMPTY && keys[at] !== key) at = (at + 1) & mask;
    return at;
  }

  function grow(): void {
    const [oldKeys, oldValues] = [keys, values];
    capacity *= 2;
    keys = new Float64Array(capacity);
    values = new Int32Array(capacity).fill(EMPTY);
    for (let at = 0; at < oldValues.length; at += 1) {
      if (oldValues[at] === EMPTY) continue;
      const to = find(oldKeys[at]!);
      keys[to] = oldKeys[at]!;
      values[to] = oldValues[at]!;
    }
  }

  return {
    get size() {
      return size;
    },
    get: (key) => values[find(key)]!,
    set(key, value) {
      const at = find(key);
      if (values[at] === EMPTY) size += 1;
      keys[at] = key;
      values[at] = value;
      if (size * 2 > capacity) grow();
    },
    delete(key) {
      const mask = capacity - 1;
      let hole = find(key);
      if (values[hole] === EMPTY) return;
      size -= 1;
      // Close the gap: whoever was pushed past it moves back into it.
      for (let at = (hole + 1) & mask; values[at] !== EMPTY; at = (at + 1) & mask) {
        const wanted = home(keys[at]!, mask);
        if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
        keys[hole] = keys[at]!;
        values[hole] = values[at]!;
        hole = at;
      }
      values[hole] = EMPTY;
    },
  };
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/**
 * Where a key would like to be. Eight numbers that follow each other lie side by side, as they mostly are asked for: a large
 * table is many times slower where each is a line of memory of its own.
 */
function home(key: number, mask: number): number {
  let bits = key | 0;
  if (bits !== key) {
    double[0] = key;
    bits = halves[0]! ^ Math.imul(halves[1]!, 0x85_eb_ca_6b);
  }
  const eight = bits >>> 3;
  const mixed = Math.imul(eight ^ (eight >>> 16), 0x9e_37_79_b1);
  return (((mixed ^ (mixed >>> 15)) << 3) | (bits & 7)) & mask;
}
