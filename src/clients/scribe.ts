import { nanos, type ClientEvent, type Nanos } from "../history/event.js";
import type { Recorder } from "../history/recorder.js";

/** Records what this client process does, with the time at which it says so. */
export interface Scribe {
  /** The run began at this instant of process.hrtime.bigint(): nothing is noted before. */
  begin(origin: bigint): void;
  note(event: Unstamped): void;
  /** Where an instant of process.hrtime.bigint() lies in the run. */
  at(instant: bigint): Nanos;
}

type Unstamped = Omit<ClientEvent, "time" | "client" | "index">;

export function createScribe(recorder: Recorder, client: string): Scribe {
  let origin = 0n;
  const at = (instant: bigint): Nanos => nanos(Number(instant - origin));
  return {
    begin(instant) {
      origin = instant;
    },
    at,
    note: ({ process: by, type, f, ...rest }) =>
      recorder.write({ time: at(process.hrtime.bigint()), process: by, client, type, f, ...rest }),
  };
}
