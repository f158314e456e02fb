/**
 * A set of configurations: a state, what became of each operation of the window (two bits a slot), and which open
 * operations were used up for that. Flat int32 arrays. It keeps only the best ones: whatever can follow another one can
 * follow them, too.
 *
 * An operation of the window is *due* (both bits clear), *done* (it has had its effect), or *free*: it may have its effect
 * yet, or have had it unseen. Free is better than due and than done. With equal state, one configuration is as good as
 * another if each operation is free in it or the same in both, and it has used no more.
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
  isDone(entry: number, slot: number): boolean;
  isFree(entry: number, slot: number): boolean;
  /** 32 slots at a time: a bit for each that is done, or free. */
  doneWord(entry: number, word: number): number;
  freeWord(entry: number, word: number): number;
  /** Equal for entries that differ in their usage alone; for others mostly not. */
  likeness(entry: number): number;
  /** Says that the operation of a slot is done. */
  mark(entry: number, slot: number): void;
  /** Copies the bits of an entry: words of those that are done, then words of those that are free. */
  bits(entry: number, into: Int32Array): void;
  /** Adds one, unless one that is as good is there. Whether it was added. */
  add(state: number, usage: number, bits: Int32Array): boolean;
  drop(entry: number): void;
  clear(): void;
}

const DROPPED = -1;

/**
 * `words`: of 32 slots each. `overwriting`: bits of the slots, as they are now, whose operations may become free.
 * `within`: whether the first usage is no more than the second.
 */
export function createConfigurations(
  words: number,
  overwriting: Int32Array,
  within: (a: number, b: number) => boolean,
): Configurations {
  const stride = 2 + 2 * words;
  let capacity = 16;
  let data = new Int32Array(capacity * stride);
  let buckets = new Int32Array(capacity * 2).fill(-1);
  let chain = new Int32Array(capacity);
  let bucketOf = new Int32Array(capacity);
  let size = 0;
  let live = 0;

  /** Of what must be equal for one to be as good as another. */
  function hash(state: number, bits: Int32Array, from: number): number {
    let mixed = Math.imul(state + 1, 0x9e_37_79_b1);
    for (let word = 0; word < words; word += 1)
      mixed = Math.imul(mixed ^ (bits[from + word]! & ~overwriting[word]!) ^ (mixed >>> 15), 0x85_eb_ca_6b);
    return (mixed ^ (mixed >>> 13)) & (buckets.length - 1);
  }

  /** Whether the bits at `a` are as good as those at `b`. */
  function isAsGood(a: Int32Array, atA: number, b: Int32Array, atB: number): boolean {
    for (let word = 0; word < words; word += 1) {
      const free = a[atA + words + word]!;
      if ((b[atB + words + word]! & ~free) !== 0) return false;
      if (((a[atA + word]! ^ b[atB + word]!) & ~free) !== 0) return false;
    }
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
      link(entry, hash(data[entry * stride]!, data, entry * stride + 2));
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
    isDone: (entry, slot) => (data[word(entry, slot)]! & (1 << (slot & 31))) !== 0,
    isFree: (entry, slot) => (data[word(entry, slot) + words]! & (1 << (slot & 31))) !== 0,
    doneWord: (entry, at) => data[entry * stride + 2 + at]!,
    freeWord: (entry, at) => data[entry * stride + 2 + words + at]!,
    likeness: (entry) => {
      let mixed = Math.imul(data[entry * stride]! + 1, 0x9e_37_79_b1);
      for (let at = entry * stride + 2; at < (entry + 1) * stride; at += 1)
        mixed = Math.imul(mixed ^ data[at]! ^ (mixed >>> 15), 0x85_eb_ca_6b);
      return mixed ^ (mixed >>> 13);
    },
    mark: (entry, slot) => (data[word(entry, slot)]! |= 1 << (slot & 31)),
    bits: (entry, into) => {
      const base = entry * stride + 2;
      for (let at = 0; at < 2 * words; at += 1) into[at] = data[base + at]!;
    },
    add(state, usage, bits) {
      if (size === capacity) grow();
      const bucket = hash(state, bits, 0);
      for (let entry = buckets[bucket]!; entry >= 0; entry = chain[entry]!) {
        const base = entry * stride;
        if (data[base] !== state) continue;
        const other = data[base + 1]!;
        if (isAsGood(data, base + 2, bits, 0) && within(other, usage)) return false;
        if (isAsGood(bits, 0, data, base + 2) && within(usage, other)) drop(entry);
      }
      const base = size * stride;
      data[base] = state;
      data[base + 1] = usage;
      for (let at = 0; at < 2 * words; at += 1) data[base + 2 + at] = bits[at]!;
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
