import type { Readable } from "node:stream";
import { LockjepsenError } from "../../error.js";
import type { Engine } from "./engine.js";
import { engineError } from "./errors.js";
import { RUN, withLabel } from "./labels.js";

export interface Watch {
  /** Rejects when the engine is no more. */
  readonly failed: Promise<never>;
  close(): void;
}

/** Listens to what the engine tells of a run: when it ends to tell, it has ended. */
export async function watchEngine({ docker, address }: Engine, runId: string): Promise<Watch> {
  const stream = (await docker.getEvents({ filters: withLabel(RUN, runId) }).catch((error: unknown) => {
    throw engineError("the engine's events", error);
  })) as Readable;
  let closed = false;
  const failed = new Promise<never>((_, reject) => {
    const gone = (): void => {
      if (closed) return;
      reject(
        new LockjepsenError(
          "environment",
          `the Docker engine at ${address} has stopped, and the servers with it`,
          "start it, run `lockjepsen clean`, then repeat the run; what was recorded until then is kept",
        ),
      );
    };
    for (const end of ["end", "error", "close"]) stream.once(end, gone);
  });
  failed.catch(() => {}); // whoever awaits it is told
  stream.resume();
  return {
    failed,
    close() {
      closed = true;
      stream.destroy();
    },
  };
}
