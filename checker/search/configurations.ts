/**
 * A set of configurations: a state, which operations of the window have had their effect (one bit a slot), and which
 * open operations were used up for that. Flat int32 arrays; of those with equal state and bits it keeps only the ones
 * that use least: whatever can follow the thriftless one can follow the thrifty one, too.
 */
export interface Configurations {
  /** Entries, dropped ones among them. */
  readonly size: number;
  /** Entries that count. */
  readonly live: number;
  isLive(entry: number): boolean;
  state(entry: number): number;
  usage(entry: number): number;
  setUsage(entry: number, usage: number): void;
  has(entry: number, slot: number): boolean;
  mark(entry: number, slot: number): void;
  /** Copies the bits of an entry. */
  bits(entry: number, into: Int32Array): void;
  /** Adds one, unless one that is as good is there. Whether it was added. */
  add(state: number, usage: number, bits: Int32Array): boolean;
  drop(entry: number): void;
  clear(): void;
}

const DROPPED = -1;

export function createConfigurations(
  words: number,
  within: (a: number, b: number) => boolean,
): Configurations {
  const stride = 2 + words;
  let capacity = 16;
  let data = new Int32Array(capacity * stride);
  let buckets = new Int32Array(capacity * 2).fill(-1);
  let chain = new Int32Array(capacity);
  let bucketOf = new Int32Array(capacity);
  let size = 0;
  let live = 0;

  function hash(state: number, bits: Int32Array): number {
    let mixed = Math.imul(state + 1, 0x9e_37_79_b1);
    for (let word = 0; word < words; word += 1)
      mixed = Math.imul(mixed ^ bits[word]! ^ (mixed >>> 15), 0x85_eb_ca_6b);
    return (mixed ^ (mixed >>> 13)) & (buckets.length - 1);
  }

  function equal(entry: number, state: number, bits: Int32Array): boolean {
    const base = entry * stride;
    if (data[base] !== state) return false;
    for (let word = 0; word < words; word += 1) if (data[base + 2 + word] !== bits[word]) return false;
    return true;
  }

  function grow(): void {
    capacity *= 2;
    const old = data;
    data = new Int32Array(capacity * stride);
    data.set(old);
    chain = new Int32Array(capacity);
    bucketOf = new Int32Array(capacity);
    buckets = new Int32Array(capacity * 2).fill(-1);
    for (let entry = 0; entry < size; entry += 1)
      link(entry, hash(data[entry * stride]!, data.subarray(entry * stride + 2, (entry + 1) * stride)));
  }

  function link(entry: number, bucket: number): void {
    chain[entry] = buckets[bucket]!;
    buckets[bucket] = entry;
    bucketOf[entry] = bucket;
  }

  const word = (entry: number, slot: number): number => entry * stride + 2 + (slot >>> 5);

  const drop = (entry: number): void => {
    data[entry * stride] = DROPPED;
    live -= 1;
  };

  return {
    get size() {
      return size;
    },
    get live() {
      return live;
    },
    isLive: (entry) => data[entry * stride] !== DROPPED,
    state: (entry) => data[entry * stride]!,
    usage: (entry) => data[entry * stride + 1]!,
    setUsage: (entry, usage) => (data[entry * stride + 1] = usage),
    has: (entry, slot) => (data[word(entry, slot)]! & (1 << (slot & 31))) !== 0,
    mark: (entry, slot) => (data[word(entry, slot)]! |= 1 << (slot & 31)),
    bits: (entry, into) => {
      for (let at = 0; at < words; at += 1) into[at] = data[entry * stride + 2 + at]!;
    },
    add(state, usage, bits) {
      if (size === capacity) grow();
      const bucket = hash(state, bits);
      for (let entry = buckets[bucket]!; entry >= 0; entry = chain[entry]!) {
        if (!equal(entry, state, bits)) continue;
        const other = data[entry * stride + 1]!;
        if (within(other, usage)) return false;
        if (within(usage, other)) drop(entry);
      }
      const base = size * stride;
      data[base] = state;
      data[base + 1] = usage;
      for (let at = 0; at < words; at += 1) data[base + 2 + at] = bits[at]!;
      link(size, bucket);
      size += 1;
      live += 1;
      return true;
    },
    drop,
    clear() {
      for (let entry = 0; entry < size; entry += 1) buckets[bucketOf[entry]!] = -1;
      size = 0;
      live = 0;
    },
  };
}
