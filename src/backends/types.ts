import type { ClientContext, LockClient } from "../clients/contract.js";
import type { Promises } from "../history/context.js";
import type { ServerPlace, Software } from "../cluster/types.js";

/** One lock service. A plugin: one file here, one line in `index.ts`. */
export interface Backend {
  readonly name: string;
  /** One line. */
  readonly description: string;
  /** URL of the module that exports this object as `default`: client processes load it by themselves. */
  readonly module: string;
  readonly software: Software;
  readonly nodes: { readonly default: number; readonly min: number; readonly max: number };
  readonly recipes: Readonly<Record<string, Recipe>>;
  readonly defaultRecipe: string;
  /** What `--set <backend>.<key>=<value>` may change. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** `host:port` at which clients reach a server. */
  endpoint(place: ServerPlace): string;
  command(
    own: ServerPlace,
    all: readonly ServerPlace[],
    options: {
      readonly binaries: Readonly<Record<string, string>>;
      readonly settings: Readonly<Record<string, string>>;
    },
  ): { readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> };
  /** Asks one server whether it serves (part of a quorum, reads linearizably). Rejects or false: not yet. Called inside the cluster's network. */
  ready(endpoint: string): Promise<boolean>;
  /** Which endpoint leads, or null if none does just now. Called inside the cluster's network. */
  leader?(endpoints: readonly string[]): Promise<string | null>;
}

export interface Setting {
  readonly description: string;
  readonly default: string;
}

/** One way to build a lock on a backend. */
export interface Recipe {
  readonly name: string;
  /** One line: what it does, and what is wrong with it if that is its point. */
  readonly description: string;
  readonly promises: Promises;
  /** A dead holder's lock is free again within this many ms of its death; null: never. */
  freedWithin(ttlMs: number): number | null;
  connect(context: ClientContext): Promise<LockClient>;
}
