/** Faults written by hand, or kept from an earlier run, instead of drawn from the seed. */
import { z } from "zod";
import { PHASES } from "../../nemesis/types.js";
import { LockjepsenError } from "../error.js";
import { parseDuration } from "../units.js";

/** One fault of a schedule. What is left out takes its default. */
export interface ScheduledFault {
  readonly nemesis: string;
  readonly shape?: string | undefined;
  readonly target?: string | undefined;
  readonly phase?: (typeof PHASES)[number] | null | undefined;
  readonly client?: string | null | undefined;
  readonly atMs: number;
  readonly durationMs: number;
  readonly id?: string | undefined;
  readonly after?: string | null | undefined;
  readonly pick?: number | undefined;
  readonly parameters?: Readonly<Record<string, string | number>> | undefined;
}

export interface Schedule {
  /** Name of one of ours, or the file's path: the word that repeats it. */
  readonly name: string;
  readonly faults: readonly ScheduledFault[];
}

/** Milliseconds, or a duration as on the command line: `1.5s`. */
const time = z.unknown().transform((value, context): number => {
  if (typeof value === "number" && value >= 0) return value;
  try {
    if (typeof value === "string") return value === "0" ? 0 : parseDuration(value, "a time");
  } catch {
    // told below
  }
  context.addIssue({
    code: "custom",
    message: `${JSON.stringify(value)} is no duration: write "1.5s", "200ms" or milliseconds`,
  });
  return z.NEVER;
});

const fault = z.strictObject({
  nemesis: z.string(),
  shape: z.string().optional(),
  target: z.string().optional(),
  phase: z.enum(PHASES).nullable().optional(),
  client: z.string().nullable().optional(),
  atMs: time,
  durationMs: time,
  id: z.string().optional(),
  after: z.string().nullable().optional(),
  pick: z.number().min(0).lt(1).optional(),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const file = z.strictObject({
  version: z.literal(1),
  description: z.string().optional(),
  faults: z.array(fault).nonempty(),
});
/** A `plan.json` holds much else: its faults are taken. */
const plan = z.object({ version: z.literal(1), runId: z.string(), faults: z.array(fault).nonempty() });

/** The text of a schedule file, or of an earlier run's `plan.json`. Throws a usage error that names the field. */
export function parseSchedule(text: string, name: string): Schedule {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw usage(name, cause instanceof Error ? cause.message : "no JSON", cause);
  }
  const whole = typeof value === "object" && value !== null && "runId" in value ? plan : file;
  const parsed = whole.safeParse(value);
  if (parsed.success) return { name, faults: parsed.data.faults };
  const [issue] = parsed.error.issues;
  const path = issue?.path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  throw usage(name, `${path?.replace(/^\./, "") || "the whole"}: ${issue?.message ?? "wrong"}`, parsed.error);
}

const usage = (name: string, message: string, cause: unknown): LockjepsenError =>
  new LockjepsenError(
    "usage",
    `the schedule ${name} cannot be used: ${message}`,
    'see docs/faults.md: {"version": 1, "faults": [{"nemesis": "pause", "target": "holder", "atMs": "2s", "durationMs": "5s"}]}',
    { cause },
  );
