/** The same facts as data, for programs, and as text. */
export interface Listing {
  readonly data: readonly object[];
  /** At most so wide. */
  text(width: number): string;
}
