import { createColors } from "picocolors";
import { isCI } from "std-env";

export type Colours = ReturnType<typeof createColors>;

/** Where a reporter writes, and what that place can show. */
export interface Output {
  write(text: string): void;
  readonly colours: Colours;
  /** Cells in a line. */
  readonly columns: number;
  /** A terminal with somebody before it: lines may be rewritten in place. */
  readonly live: boolean;
}

/** The part of a stream that matters here. */
interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Wide enough for a sentence, and what a log is usually read in. */
const USUAL_COLUMNS = 100;

export function outputTo(stream: Stream, env: NodeJS.ProcessEnv = process.env): Output {
  const terminal = stream.isTTY === true;
  return {
    write: (text) => void stream.write(text),
    colours: createColors(colourful(terminal, env)),
    // A terminal may be resized in the middle of a run.
    get columns() {
      return Math.max(40, stream.columns ?? USUAL_COLUMNS);
    },
    live: terminal && !isCI && env["TERM"] !== "dumb",
  };
}

/** https://no-color.org comes first; FORCE_COLOR is for logs that show colours; else what the stream is. */
function colourful(terminal: boolean, env: NodeJS.ProcessEnv): boolean {
  const force = env["FORCE_COLOR"];
  if (env["NO_COLOR"]) return false;
  if (force !== undefined) return force !== "0" && force !== "false";
  return terminal && env["TERM"] !== "dumb";
}
