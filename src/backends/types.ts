import type { ClientContext, LockClient } from "../clients/contract.js";
import type { Guard, Promises } from "../history/context.js";
import type { ServerCommand, ServerPlace, Software } from "../cluster/types.js";

/** One lock service. A plugin: one file here, one line in `index.ts`. */
export interface Backend {
  readonly name: string;
  /** One line. */
  readonly description: string;
  /** URL of the module that exports this object as `default`: client processes load it by themselves. */
  readonly module: string;
  readonly software: Software;
  readonly nodes: NodeCount;
  /** Its clients share a directory, which is their one endpoint: a lock without any server. `nodes` are 0 then. */
  readonly sharesDirectory?: true;
  /** What a server is, where they are not all alike: `primary`, `replica`, `sentinel`. `index` counts from 0. */
  part?(index: number, recipe: string): string;
  readonly recipes: Readonly<Record<string, Recipe>>;
  readonly defaultRecipe: string;
  /** What `--set <backend>.<key>=<value>` may change. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Throws a `LockjepsenError` where what it is spoken with is not here: an optional package. */
  demand?(): Promise<void>;
  /** Shortest and longest lease, ms, where settings decide on them: instead of what recipes promise. */
  ttlLimits?(settings: Readonly<Record<string, string>>): { readonly min: number; readonly max: number };
  /**
   * A server that lost all it kept comes back by being started, as Redis does. Not so a member of etcd: it must be removed
   * and added anew.
   */
  readonly startsEmpty?: true;
  /** `host:port` at which clients reach a server, in the cluster of that recipe. */
  endpoint(place: ServerPlace, recipe: string): string;
  command(own: ServerPlace, all: readonly ServerPlace[], options: CommandOptions): ServerCommand;
  /** Asks one server whether it serves (part of a quorum, reads linearizably). Rejects or false: not yet. Called inside the cluster's network. */
  ready(endpoint: string): Promise<boolean>;
  /** Within how many ms all servers are healthy again when nothing is wrong any more; usually 30,000. */
  readonly recoversWithinMs?: number;
  /** Which endpoint leads, or null if none does just now. Called inside the cluster's network. */
  leader?(endpoints: readonly string[]): Promise<string | null>;
  /**
   * Ends a holder's session by the service's own means (`Grant.session` names it), whatever the holder does. Resolves
   * with the service's answer, as evidence; rejects when it did not, with a `DefiniteError` where it certainly ended nothing.
   * Called inside the cluster's network.
   */
  endSession?(endpoints: readonly string[], session: string): Promise<string>;
  /** Makes the service promote another server. Resolves with who leads now, as evidence. Called inside the cluster's network. */
  failover?(endpoints: readonly string[]): Promise<string>;
  /** A server's own wall clock by its own word, ms since 1970: proves that it is skewed. Called inside the cluster's network. */
  clock?(endpoint: string): Promise<number>;
}

/** What a server is to be started with. */
export interface CommandOptions {
  readonly binaries: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Name of the recipe under test: some need another cluster. */
  readonly recipe: string;
}

export interface NodeCount {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

export interface Setting {
  readonly description: string;
  readonly default: string;
  /** Others without which it means nothing: set with it, where they are not asked for. */
  readonly needs?: Readonly<Record<string, string>>;
}

/** One way to build a lock on a backend. */
export interface Recipe {
  readonly name: string;
  /** One line: what it does, and what is wrong with it if that is its point. */
  readonly description: string;
  readonly promises: Promises;
  /** Checks of conformance that it fails each time, as its very point. */
  readonly fails?: readonly string[];
  /** Those that it fails by chance, for the same reason; `any`: whichever. */
  readonly mayFail?: readonly string[] | "any";
  /** Servers, where it needs others than the backend's. */
  readonly nodes?: NodeCount;
  /** Programs, where it needs more than the backend's. */
  readonly software?: Software;
  /** Where no lock is needed: what is protected lives on this backend's own server, and looks after itself like this. */
  readonly resource?: Guard;
  /**
   * Its token is a sequencer: the register asks the service whether it still stands before it lets its holder in, and
   * fencing is on unless it is asked to be something else. Rejects where the service does not say: then nobody is let in.
   * Called inside the cluster's network.
   */
  stands?(endpoints: readonly string[], lock: string, token: string): Promise<boolean>;
  /** A dead holder's lock is free again within this many ms of its death; null: never. */
  freedWithin(ttlMs: number): number | null;
  connect(context: ClientContext): Promise<LockClient>;
}
