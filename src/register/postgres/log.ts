import type { Connection } from "../../backends/postgres/connection.js";
import { nanos, type Nanos, type RegisterEvent } from "../../history/event.js";
import type { RegisterStats } from "../messages.js";
import type { Recorder } from "../../history/recorder.js";

/** What stands in the table: an event without a time, and when it was asked for (process.hrtime.bigint()). */
export type LogEntry = Omit<RegisterEvent, "time" | "process"> & { readonly sent: string };

export interface LogCopy {
  /** Copies what is new. Rejects where the server does not answer: then it is copied the next time. */
  copy(db: Connection): Promise<void>;
  stats(): RegisterStats;
}

/**
 * Copies the table's log into the run's record, in the order of the commits. A database has no monotonic clock, and its
 * wall clock may be what is tested: so the time of an entry is the earliest that its order allows, which is when it was
 * asked for, or that of the entry before. It is never after the answer, nor before the question.
 */
export function followLog(recorder: Recorder, origin: bigint, onEntry: (entry: LogEntry) => void): LogCopy {
  const stats = { applied: 0, refused: 0, overwritten: 0 };
  let last = "0";
  let time = nanos(0);

  function copyEntry({ sent, ...event }: LogEntry): void {
    time = Math.max(time, Number(BigInt(sent) - origin)) as Nanos;
    recorder.write({ time, process: "register", ...event });
    if (event.f !== "write") return;
    if (event.type === "fail") stats.refused += 1;
    else {
      stats.applied += 1;
      if (event.parent !== (event.version ?? 0) - 1) stats.overwritten += 1;
    }
  }

  return {
    async copy(db) {
      const rows = await db.query<{ n: string; event: LogEntry }>(
        "SELECT n, event FROM register.log WHERE n > $1 ORDER BY n",
        [last],
      );
      for (const { n, event } of rows) {
        copyEntry(event);
        onEntry(event);
        last = n;
      }
    },
    stats: () => ({ ...stats }),
  };
}
