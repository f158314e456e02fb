/** One operation of a history, for a model with states of type S. */
export interface Step<S> {
  readonly invoke: number;
  /** Infinity: its outcome is open, so it may take effect at any time after its invocation, or never. */
  readonly return: number;
  /** The state after it, or null where it cannot have had the outcome that it had. */
  readonly apply: (state: S) => S | null;
}

/** Whether some order of the operations explains them: by trying all (Wing and Gong). For a handful of operations. */
export function linearizable<S>(steps: readonly Step<S>[], state: S): boolean {
  const owed = steps.filter((step) => step.return < Infinity);
  if (owed.length === 0) return true;
  const deadline = Math.min(...owed.map((step) => step.return));
  return steps.some((step, n) => {
    if (step.invoke > deadline) return false; // something had returned before it was asked for
    const next = step.apply(state);
    return next !== null && linearizable(steps.toSpliced(n, 1), next);
  });
}

/** Places in a history for operations of several events each, whose own events are in order: `picks` says whose is next. */
export function interleave(
  lengths: readonly number[],
  picks: readonly number[],
): readonly (readonly number[])[] {
  const places = lengths.map((): number[] => []);
  const open = new Set(lengths.flatMap((length, n) => (length > 0 ? [n] : [])));
  for (let place = 0; open.size > 0; place += 1) {
    const choices = [...open];
    const chosen = choices[(picks[place] ?? 0) % choices.length] ?? 0;
    const list = places[chosen] ?? [];
    list.push(place);
    if (list.length === lengths[chosen]) open.delete(chosen);
  }
  return places;
}
