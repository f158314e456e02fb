/** What the register's process and its parent tell each other, whatever the register is. */
import type { FatalMessage } from "../child.js";
import type { Fencing, Guard } from "../history/context.js";
import type { Change } from "../../workloads/types.js";

interface Common {
  /** The file it records into. */
  readonly file: string;
  readonly initial: unknown;
  readonly fencing: Fencing;
}

/** The register that the process is itself. */
export interface EmbeddedConfig extends Common {
  readonly kind: "embedded";
  readonly address: string;
  /** Whose service is asked, with fencing on, whether a token still stands. Null: nobody's. */
  readonly sequencers: SequencerPlace | null;
}

/** A recipe that answers for its tokens (`Recipe.stands`). */
export interface SequencerPlace {
  readonly module: string;
  readonly recipe: string;
  readonly endpoints: readonly string[];
}

/** The register that is a table of a database: the process keeps it. */
export interface TableConfig extends Common {
  readonly kind: "table";
  readonly endpoint: string;
  readonly guard: Guard | null;
  readonly change: Change;
  readonly locks: readonly string[];
}

export type RegisterConfig = EmbeddedConfig | TableConfig;

export interface RegisterStats {
  readonly applied: number;
  readonly refused: number;
  /** Writes that were computed from a version no longer current. */
  readonly overwritten: number;
}

/** What it tells its parent: that it can be asked, now and then how it goes, that all is on record. */
export type RegisterMessage =
  | { readonly kind: "listening" | "finished" }
  | ({ readonly kind: "stats" } & RegisterStats)
  /** What {@link ToRegister}'s `watch` waited for has happened. */
  | { readonly kind: "read"; readonly n: number; readonly client: string }
  | FatalMessage;

/** The next read of this lock's value by another client than `but` is to be told at once. */
export interface Watch {
  readonly n: number;
  readonly lock: string;
  readonly but: string;
}

/** What it is told: first its configuration, then when the run begins (process.hrtime.bigint(), as a string). */
export type ToRegister =
  | { readonly kind: "config"; readonly config: RegisterConfig }
  | { readonly kind: "start"; readonly origin: string }
  | ({ readonly kind: "watch" } & Watch)
  /** Nobody asks any more: see that all is on record, then say so. */
  | { readonly kind: "finish" };
