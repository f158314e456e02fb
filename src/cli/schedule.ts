import { existsSync, readFileSync } from "node:fs";
import { schedules } from "../plan/schedules/index.js";
import { LockjepsenError, messageOf } from "../error.js";
import type { RunOptions } from "../plan/options.js";
import { parseSchedule } from "../plan/schedule-file.js";
import { unknownName } from "../suggest.js";

/** What `--schedule NAME|FILE` says of a run. Throws a usage error for what is neither. */
export function scheduleOptions(word: string): Partial<RunOptions> {
  const own = Object.hasOwn(schedules, word) ? schedules[word] : undefined;
  if (own) return { ...own.options, schedule: { name: own.name, faults: own.faults } };
  if (!/[/\\.]/.test(word) && !existsSync(word))
    throw unknownName("schedule", word, [...Object.keys(schedules), "a file's path"]);
  let text: string;
  try {
    text = readFileSync(word, "utf8");
  } catch (cause) {
    throw new LockjepsenError(
      "usage",
      `the schedule ${word} cannot be read: ${messageOf(cause)}`,
      "give the path of a schedule file, or of an earlier run's plan.json",
      { cause },
    );
  }
  return { schedule: parseSchedule(text, word) };
}
