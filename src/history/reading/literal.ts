/** Bytes that are looked for where they may stand, four at a time. */
export interface Literal {
  /** At least {@link SHORTEST}. */
  readonly length: number;
  /** The first bytes by fours, little-endian, as many as are full. */
  readonly fours: Int32Array;
  /** The last four, which may overlap them. */
  readonly last: number;
}

export const SHORTEST = 4;

export function literalOf(bytes: Uint8Array): Literal {
  const view = viewOf(bytes);
  const fours = new Int32Array(bytes.length >> 2);
  for (let n = 0; n < fours.length; n += 1) fours[n] = view.getInt32(4 * n, true);
  return { length: bytes.length, fours, last: view.getInt32(bytes.length - SHORTEST, true) };
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Whether a literal stands at a place, and ends at `to` at the latest. */
export function startsWith(
  view: DataView,
  at: number,
  to: number,
  { length, fours, last }: Literal,
): boolean {
  if (at + length > to || view.getInt32(at + length - SHORTEST, true) !== last) return false;
  for (let n = 0; n < fours.length; n += 1) if (view.getInt32(at + 4 * n, true) !== fours[n]) return false;
  return true;
}
