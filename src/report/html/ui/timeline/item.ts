/** Something that can be pointed at. `row`: its place in its columns. */
export interface Item {
  readonly kind: "op" | "grant" | "write" | "mark" | "fault";
  readonly row: number;
}

export const sameItem = (a: Item | null, b: Item | null): boolean => a?.kind === b?.kind && a?.row === b?.row;
