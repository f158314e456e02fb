/** Between words, but not between a number and its unit: `5.4 s` is read as one. */
const GAP = /(?<!\d)\s+|\s+(?!(?:µs|ms|s|%)(?!\w))/;

/** Breaks plain text (no colours yet) into lines of at most `width` cells. A longer word stands alone, whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(GAP).filter(Boolean)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Longer lines are hard to read. */
export const WIDEST = 110;

/** At most `width` cells, with an ellipsis where something was cut. */
export const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** `1 grant`, `2 grants`, `2 processes`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** `8.1 %`; never `0 %` for what is some, nor `100 %` for what is not all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return "under 0.1 %";
  if (share < 1 && share > 0.999) return "over 99.9 %";
  return `${Number((100 * share).toFixed(1))} %`;
}

/** Rows of cells in columns of equal width, two spaces apart. The last column is left as it is. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, i) => Math.max(cell.length, widest[i] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/**
 * A table in parts of at most `width` cells: the columns that do not fit beside the others are in a part of their own,
 * below, which begins with the first column again. Lines by part, one a row.
 */
export function folded(rows: readonly (readonly string[])[], width: number): readonly (readonly string[])[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const part = (places: readonly number[]): readonly string[] =>
    table(rows.map((row) => places.map((place) => row[place] ?? "")));
  const fits = (places: readonly number[]): boolean => part(places).every((line) => line.length <= width);
  let places: readonly number[] = [0];
  const parts: (readonly number[])[] = [];
  for (let next = 1; next < columns; next += 1) {
    if (places.length === 1 || fits([...places, next])) places = [...places, next];
    else {
      parts.push(places);
      places = [0, next];
    }
  }
  return [...parts, places].map(part);
}

/** Names with what there is to say of each, wrapped under itself: `  seed     7`. */
export function fields(
  pairs: readonly (readonly [name: string, text: string])[],
  {
    width,
    indent = 2,
    name: paint = (text) => text,
  }: { width: number; indent?: number; name?: (text: string) => string },
): readonly string[] {
  const widest = Math.max(0, ...pairs.map(([name]) => name.length));
  const left = " ".repeat(indent);
  const under = `\n${" ".repeat(indent + widest + 2)}`;
  return pairs.map(
    ([name, text]) =>
      `${left}${paint(name.padEnd(widest))}  ${wrap(text, width - indent - widest - 2).join(under)}`,
  );
}
