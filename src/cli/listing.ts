/** The same facts as data, for programs, and as text. */
export interface Listing {
  readonly data: readonly object[];
  readonly text: string;
}
