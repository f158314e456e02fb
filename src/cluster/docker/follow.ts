import type { Engine } from "./engine.js";

/** What the engine tells while it pulls, imports or builds. */
export interface ProgressEvent {
  readonly stream?: string;
  readonly error?: string;
}

/** Reads what an engine tells to its end. Rejects with its own words where it failed: it says so in between, and ends well. */
export function follow(
  { docker }: Engine,
  stream: NodeJS.ReadableStream,
  onEvent: (event: ProgressEvent) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: string | undefined;
    docker.modem.followProgress(
      stream,
      (error) => {
        if (error) reject(error);
        else if (failure === undefined) resolve();
        else reject(new Error(failure));
      },
      (event: ProgressEvent) => {
        failure = event.error ?? failure;
        onEvent(event);
      },
    );
  });
}
