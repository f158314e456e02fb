/** What a campaign runs: the cells of a matrix, each a run with its own name. */
import type { RunOptions } from "../plan/options.js";

export interface Cell {
  /** Unique in its campaign, and stable: `etcd, pause, fencing on, trusting`. */
  readonly key: string;
  readonly options: RunOptions;
  /** The verdict that is no surprise, where somebody has said so. */
  readonly expect?: "valid" | "violated";
}

export interface Dimensions {
  /** Names, with or without a version, or modules. */
  readonly backends: readonly string[];
  /** As `--nemesis` takes them: `none`, `pause`, `pause,partition`. */
  readonly nemeses: readonly string[];
  readonly fencings: readonly NonNullable<RunOptions["fencing"]>[];
  readonly disciplines: readonly NonNullable<RunOptions["discipline"]>[];
}

/** Every combination, the last dimension fastest; each with what all of them share. */
export function cellsOf(
  { backends, nemeses, fencings, disciplines }: Dimensions,
  shared: Omit<RunOptions, "backend" | "nemesis" | "fencing" | "discipline">,
): readonly Cell[] {
  const cells: Cell[] = [];
  for (const backend of backends)
    for (const nemesis of nemeses)
      for (const fencing of fencings)
        for (const discipline of disciplines)
          cells.push({
            key: `${backend}, ${nemesis.replaceAll(",", "+")}, fencing ${fencing}, ${discipline}`,
            options: {
              ...(nemesis === "none" ? faultless(shared) : shared),
              backend,
              nemesis,
              fencing,
              discipline,
            },
          });
  return cells;
}

/** What speaks of faults only would be refused where there are none. */
function faultless<T extends Partial<RunOptions>>(options: T): T {
  const {
    target: _target,
    phase: _phase,
    intervalMs: _interval,
    faultMs: _last,
    overlap: _over,
    fault: _fault,
    ...rest
  } = options;
  return rest as T;
}

/** One of several machines that share a campaign. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** Those cells that fall to a shard: every so manieth, so that long and short ones are spread alike. */
export const shardOf = <T>(cells: readonly T[], shard: Shard | null): readonly T[] =>
  shard === null ? cells : cells.filter((_, place) => place % shard.of === shard.index - 1);
