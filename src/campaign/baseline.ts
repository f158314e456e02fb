/** What changed since an earlier soak. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { LockjepsenError, messageOf } from "../error.js";
import { percent } from "../report/text.js";
import type { CellTally } from "./tally.js";

const rate = z.object({
  count: z.number(),
  total: z.number(),
  share: z.number(),
  interval: z.object({ low: z.number(), high: z.number() }),
});

/** The part of a soak's `summary.json` that a later one is held against. */
const baseline = z.object({
  version: z.literal(1),
  kind: z.literal("soak"),
  cells: z.array(z.object({ key: z.string(), violated: rate, causes: z.record(z.string(), z.number()) })),
});

export type Baseline = z.infer<typeof baseline>;

/** Throws a usage error for a file that is no soak's summary. */
export function readBaseline(file: string): Baseline {
  try {
    const parsed = JSON.parse(readFileSync(file, "utf8"));
    const { version = 1 } = (parsed ?? {}) as { readonly version?: unknown };
    if (version !== 1) throw ofVersion(file, version);
    return baseline.parse(parsed);
  } catch (cause) {
    if (cause instanceof LockjepsenError) throw cause;
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const what = issue ? `${issue.path.join(".") || "the whole"}: ${issue.message}` : messageOf(cause);
    throw new LockjepsenError(
      "usage",
      `${file} is no baseline: ${what}`,
      "name the summary.json of an earlier soak",
      { cause },
    );
  }
}

const ofVersion = (file: string, version: unknown): LockjepsenError =>
  new LockjepsenError(
    "usage",
    `${file} is a baseline of version ${JSON.stringify(version)}, and this lockjepsen reads version 1`,
    "make a baseline anew with this lockjepsen: the summary.json of any soak",
  );

/** Causes that are new, and rates whose intervals (95 %) do not even touch. */
export function changesSince({ cells }: Baseline, tallies: readonly CellTally[]): readonly string[] {
  return tallies.flatMap(({ key, violated, causes }) => {
    const before = cells.find((cell) => cell.key === key);
    if (!before) return [`${key} is new`];
    const fresh = Object.keys(causes).filter((cause) => !(cause in before.causes));
    const [then, now] = [before.violated, violated];
    const apart = then.interval.high < now.interval.low || now.interval.high < then.interval.low;
    return [
      ...fresh.map((cause) => `${key}: ${cause}, which the baseline does not have`),
      ...(apart && then.total > 0 && now.total > 0
        ? [`${key}: violated in ${percent(now.share)} of runs, in the baseline ${percent(then.share)}`]
        : []),
    ];
  });
}
