/** Every text once: columns hold its place. */
export interface StringTable {
  /** Place of a text; 0 for none. Longer than `most` characters: cut, and said so. */
  place(text: string | undefined, most?: number): number;
  readonly list: readonly string[];
}

export function createStrings(): StringTable {
  const list = [""];
  const places = new Map([["", 0]]);
  return {
    list,
    place(text, most = 400) {
      if (text === undefined) return 0;
      const short = cut(text, most);
      const known = places.get(short);
      if (known !== undefined) return known;
      places.set(short, list.length);
      return list.push(short) - 1;
    },
  };
}

/** Never between the halves of a surrogate pair: a lone half is no text. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)}… (${text.length} characters)`;
}
