/** A way to set the wall clock of processes. */
export interface Mechanism {
  readonly name: "vdso" | "libfaketime";
  /** Sets how far the wall clocks of these processes are ahead, ms. How many of them it could set. */
  set(pids: readonly number[], offsetMs: number): number;
  /** How far they are set, ms, each by what it holds itself; null where nobody can look into them. */
  offsets(pids: readonly number[]): readonly number[] | null;
  /** Sets them right, and leaves those alone that are. */
  clear(pids: readonly number[]): void;
}
