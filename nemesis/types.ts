import type { Host, Node, Unavailable } from "../src/cluster/types.js";
import type { FaultKind } from "../src/history/context.js";
import type { GrantId, NemesisEvent } from "../src/history/event.js";
import type { Random } from "../src/random.js";

/** One kind of fault. A plugin: one file here, one line in `index.ts`. */
export interface Nemesis {
  readonly name: FaultKind | (string & {});
  readonly description: string;
  /** Where another process finds it again, if it came with a config: whoever loads that says so. */
  readonly place?: string;
  /** Colour of its bands in the report (CSS). */
  readonly colour: string;
  /** Its variants, the usual one first: `--nemesis kill:wipe`. Never empty. */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** What its bare name means: its first shape, or all of them by turns, in an order drawn from the seed. */
  readonly bare: "first" | "drawn";
  /** What `--fault <nemesis>.<key>=<value>` may change. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** How long one lasts unless asked otherwise, ms. */
  lasts(ttlMs: number): { readonly min: number; readonly max: number };
  /** The workload that suits it best, where that is not the usual one. */
  readonly workload?: string;
  /**
   * True, or why this machine cannot do it and how to mend that. Asked before anything is started; `asked`: of just that,
   * else of its usual shape.
   */
  available(asked?: Pick<PlannedFault, "shape" | "parameters">): Promise<true | Unavailable>;
  /** Variables that all programs of a host must be started with for these faults of its kind; `file` is for its own use. */
  environment?(faults: readonly PlannedFault[], file: string): Promise<Readonly<Record<string, string>>>;
  /** Puts the fault into effect, and returns when it is verified. Throws if it cannot be, with nothing left in effect. */
  inject(order: Order): Promise<Injected>;
  /**
   * Undoes what an injection noted, from another process, when the one that injected it is no more. Says what it did.
   * Safe to call twice, and on hosts that are no more. `find` returns servers as such ({@link isNode}).
   */
  undo(note: unknown, find: (host: string) => Host | undefined): Promise<string>;
}

export interface Shape {
  readonly description: string;
  /** Whom it may hit; the first that there is, unless asked otherwise. Hosts of the same kind may be named too. */
  readonly targets: readonly [TargetWord, ...TargetWord[]];
  /** Where in a hold it lands unless asked otherwise; else at once, but for one that is aimed at the holder. */
  readonly phase?: Phase;
  /** What the service under test must offer for it. */
  readonly needs?: keyof Service | "startsEmpty";
  /** With fewer servers it means nothing. */
  readonly leastServers?: number;
  /** It lasts until the clients' work is over, whatever was asked for: one in a run, and others come on top of it. */
  readonly toTheEnd?: true;
  /** It comes only where it is asked for by name, and is never drawn. */
  readonly asked?: true;
}

export interface Parameter {
  readonly description: string;
  /** As it would be typed. */
  readonly default: string;
  /** Anything but its default means something for these targets only. */
  readonly targets?: readonly TargetWord[];
  /** What was typed becomes a value for one fault, drawn where it leaves a choice. Throws a usage error for what means nothing. */
  draw(text: string, random: Random, about: { readonly ttlMs: number }): number | string;
}

/** One fault, and what it may use to land. */
export interface Order {
  readonly fault: PlannedFault;
  /** Those that are hit; never empty. */
  readonly hosts: readonly Host[];
  /** Who holds, waiting at the fault's phase for it to land; null where it waits for no phase. */
  readonly holder: AimedHolder | null;
  readonly field: Battlefield;
  readonly service: Service;
  readonly clients: ClientCalls;
  readonly register: RegisterCalls;
  /** Writes down what `undo` must undo should this process be no more. To be called before that is done; may be called again. */
  note(undo: unknown): void;
  readonly signal: AbortSignal;
}

/** The hosts a fault may hit, and how to find those that play a part just now. */
export interface Battlefield {
  readonly servers: readonly Node[];
  readonly clients: readonly Host[];
  readonly register: Host;
  /** The server that leads just now. */
  leader(): Promise<Host | null>;
  /** The next holder (of this client) to reach `phase` of its hold: it waits there until `go`. Null: none did in time. */
  holder(
    phase: Phase,
    options: { readonly client?: string; readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<AimedHolder | null>;
}

/** An injection that failed, and may have had its effect all the same, at once or later. */
export class Unconfirmed extends Error {
  override readonly name = "Unconfirmed";
  /** What the record is to tell of it. */
  readonly record: Partial<NemesisEvent>;

  constructor(message: string, record: Partial<NemesisEvent>, options?: ErrorOptions) {
    super(message, options);
    this.record = record;
  }
}

/** What certainly had no effect. */
export class NoEffect extends Error {
  override readonly name = "NoEffect";
}

/** What the service under test can be asked, from inside its network, through no host that is ever hit. */
export interface Service {
  /** Ends the session that a grant told of; the service's answer. Rejects with NoEffect where it ended nothing. */
  endSession(session: string): Promise<string>;
  /** Makes it promote another server; who leads then. */
  failover(): Promise<string>;
  /** A server's own wall clock, ms since 1970, by its own word. */
  clock(server: string): Promise<number>;
}

/** What client processes can be told and asked, each over a channel of its own that no fault of the network reaches. */
export interface ClientCalls {
  /** Blocks its event loop for `ms`. Resolves with when, in the moment before; rejects when it does not answer. */
  block(client: string, how: Blocking, ms: number): Promise<bigint>;
  /** How long its last block was by its own monotonic clock, ms; resolves when it is over, or null if the process is. */
  blocked(client: string): Promise<number | null>;
  /** Whether its event loop answers within so many ms. */
  answers(client: string, withinMs: number): Promise<boolean>;
  /** Its own wall clock by its own word, ms since 1970. */
  clock(client: string): Promise<number>;
  /** When its process ends from now on it is not started again, until what this returns is called. */
  holdBack(client: string): () => void;
}

/** Asleep in a call that does not return, or busy. */
export type Blocking = "wait" | "spin";

/** What the register sees, at once. */
export interface RegisterCalls {
  /** Resolves with who, when another client than `but` has read what this lock protects. */
  nextRead(lock: string, but: string): Promise<string>;
}

export interface AimedHolder {
  readonly client: string;
  readonly lock: string;
  readonly grant: GrantId;
  /** Where the recipe tells of it. */
  readonly session?: string;
  go(): void;
}

/** A fault in effect. */
export interface Injected {
  /** When it began to act (process.hrtime.bigint()), before it was verified. */
  readonly from: bigint;
  /** What was seen that proves it, one line. */
  readonly evidence: string;
  /** What the judge must know of it beside. */
  readonly record?: Pick<NemesisEvent, "session" | "stopMs">;
  /** Resolves where it shall be healed before its time. */
  readonly over?: Promise<unknown>;
  /** Undoes it and verifies that it is gone; the evidence of that. Safe to call on hosts that are no more. */
  heal(): Promise<string>;
}

/** When, within a hold, a fault lands. `granted`: acquire has just returned. */
export const PHASES = ["granted", "before-write", "in-flight", "renewing", "before-release"] as const;
export type Phase = (typeof PHASES)[number];

export const TARGETS = [
  "holder",
  "clients",
  "servers",
  "leader",
  "one",
  "minority",
  "majority",
  "all",
] as const;
export type TargetWord = (typeof TARGETS)[number];
/** Who is hit: a word, or names of hosts: `n2`, `n2,c1`. */
export type Target = TargetWord | (string & {});

/** One fault, drawn from the seed or written by hand. The operating system's schedule is not in it. */
export interface PlannedFault {
  readonly id: string;
  readonly nemesis: string;
  readonly shape: string;
  readonly target: Target;
  /** It waits for a holder to get there, and lands while that one waits; null: at once. Never null for a `holder`. */
  readonly phase: Phase | null;
  /** Of this client's holds; null: of anybody's. */
  readonly client: string | null;
  /** ms after the clients began. */
  readonly atMs: number;
  readonly durationMs: number;
  /** Not before this fault is healed; null: whatever else is in effect. */
  readonly after: string | null;
  /** In [0, 1): picks whom, where the target leaves a choice. */
  readonly pick: number;
  readonly parameters: Readonly<Record<string, number | string>>;
}
