/** Where instrumented modules ask which mutant is tried, at run time. */
import type { Mutant } from "./instrument.js";

export interface Switchboard {
  /** In the order in which their modules were loaded. */
  readonly mutants: readonly Mutant[];
  /** Tries one mutant from now on; null: none. */
  set(mutant: Mutant | null): void;
  /** Lets loops go round so many times from now on; then they throw. */
  allow(rounds: number): void;
  /** Rounds since the last `allow`. */
  rounds(): number;
}

/** Puts it where instrumented modules look for it. */
export function installSwitchboard(): Switchboard {
  const mutants: Mutant[] = [];
  const firsts = new Map<string, number>();
  let active = -1;
  let rounds = 0;
  let most = Infinity;

  function board(own: readonly Mutant[]) {
    const file = own[0]?.file ?? "";
    // A module that is loaded again has the same mutants.
    const first = firsts.get(file) ?? mutants.length;
    if (!firsts.has(file)) mutants.push(...own);
    firsts.set(file, first);
    return {
      $is: (n: number): boolean => active === first + n,
      $tick(): true {
        rounds += 1;
        if (rounds > most) throw new Error("a loop does not end");
        return true;
      },
    };
  }
  (globalThis as { mutation?: unknown }).mutation = { board };
  return {
    mutants,
    set: (mutant) => void (active = mutant === null ? -1 : mutants.indexOf(mutant)),
    allow(limit) {
      rounds = 0;
      most = limit;
    },
    rounds: () => rounds,
  };
}
