import { Worker } from "node:worker_threads";
import type { WatchData } from "./watch-worker.js";

/** What is known of a run while it goes on. */
export type Watched =
  | {
      /** That the verdict will have, whatever comes. */
      readonly violations: number;
      /** The first of them, in words. */
      readonly first: string;
    }
  | { readonly error: string };

export interface Watch {
  violations(): number;
  close(): Promise<void>;
}

/**
 * Judges what is recorded as it is recorded. `onFirst` hears of the first violation, within about a second of it; an error
 * ends the watch and nothing else.
 */
export function watchRecords(
  data: WatchData,
  { onFirst, onWarning }: { onFirst(explanation: string): void; onWarning(text: string): void },
): Watch {
  let violations = 0;
  const worker = new Worker(new URL("./watch-worker.js", import.meta.url), { workerData: data });
  const giveUp = (why: string): void =>
    onWarning(`violations are not shown while the run goes on (${why}); the verdict at the end has them`);
  worker.on("message", (message: Watched) => {
    if ("error" in message) return giveUp(message.error);
    if (violations === 0 && message.violations > 0) onFirst(message.first);
    violations = message.violations;
  });
  worker.on("error", (error) => giveUp(error.message));
  worker.unref();
  return {
    violations: () => violations,
    close: async () => void (await worker.terminate()),
  };
}
