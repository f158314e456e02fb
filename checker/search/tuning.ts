/** How much is tried, and how much more each time. Of no account for the answer, but for how soon it is found. */
export interface Tuning {
  /** Configurations kept at a time. */
  readonly width: number;
  readonly wider: number;
  /** Events that are gone back. */
  readonly distance: number;
  readonly farther: number;
  /** Events between two places to which it can go back. */
  readonly stride: number;
}
