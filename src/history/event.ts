/**
 * The record of a run: one event a line (JSON), as in Jepsen's histories, with what a lock needs beside it.
 * This file is the vocabulary that everything shares: workers and the register write it, checkers read it.
 */

/** Nanoseconds since the run began, on the machine's CLOCK_MONOTONIC: comparable across all processes of a run. */
export type Nanos = number & { readonly __unit: "ns since the run began" };
/** A logical process. Retired after an `info`, never used again; the client goes on as the next one. */
export type ProcessId = number & { readonly __unit: "process" };
/** A fencing token, as decimal digits (64-bit numbers do not survive JSON). */
export type Token = string & { readonly __unit: "token" };
/** One successful acquire: `<process>.<n>`, unique in a run. */
export type GrantId = string & { readonly __unit: "grant" };

export const nanos = (n: number): Nanos => n as Nanos;
export const processId = (n: number): ProcessId => n as ProcessId;
export const token = (digits: string): Token => digits as Token;
export const grantId = (id: string): GrantId => id as GrantId;
export const ms = (n: number): Nanos => (n * 1e6) as Nanos;

/**
 * `invoke`: about to be asked. `ok`: certainly happened. `fail`: certainly did not. `info`: may have happened, now or
 * later, or never; also the type of events that are notes and not operations ({@link ANNOTATIONS}).
 */
export type EventType = "invoke" | "ok" | "fail" | "info";

/** What clients do: each is an invocation and at most one completion. */
export type Operation = "acquire" | "release" | "read" | "write";
/** What clients note while an operation may be open: single events without an invocation. */
export const ANNOTATIONS = ["renew", "lost", "phase"] as const;
export type Annotation = (typeof ANNOTATIONS)[number];

interface Timed {
  /** Place in the merged history. Given by the reader, never written. */
  readonly index?: number;
  readonly time: Nanos;
  readonly type: EventType;
}

/** What a client process saw. */
export interface ClientEvent extends Timed {
  readonly process: ProcessId;
  /** The operating-system process it runs in: `c1`, `c2`, ... */
  readonly client: string;
  readonly f: Operation | Annotation;
  readonly lock: string;
  /** The grant under which this happens. On an acquire: on `ok` only. Absent on a write made without a lock. */
  readonly grant?: GrantId;
  /** acquire ok. */
  readonly token?: Token;
  /** acquire ok: the session, lease or connection that holds it, where the recipe tells of it. */
  readonly session?: string;
  /**
   * acquire ok and renew ok: until when the client may believe to hold = send time of the acknowledged request + the
   * lease that the service granted - the recipe's drift. Absent: as long as the connection or for ever.
   */
  readonly validUntil?: Nanos;
  /** renew ok: when the acknowledged renewal was sent. */
  readonly sent?: Nanos;
  /** read, write: the register's version that was read, or that this write was computed from (`parent`) and became. */
  readonly version?: number;
  readonly parent?: number;
  /** write: a name for this one write, unique in a run; the register's log carries it too. */
  readonly id?: string;
  /** Workload's own: the element or number written, the final read's whole value, the phase, ... */
  readonly value?: unknown;
  /** Asked after all faults were healed: the last reads, and the acquires that look for orphans. */
  readonly final?: true;
  /** fail, info, lost: why. `held` and `timeout` (cancelled with certainty) are the usual ones of a failed acquire. */
  readonly error?: string;
}

/** What the register did, in the order in which it did it: the ground truth of effect. `ok` applied, `fail` refused. */
export interface RegisterEvent extends Timed {
  readonly process: "register";
  readonly type: "ok" | "fail";
  readonly f: "read" | "write";
  readonly lock: string;
  readonly client: string;
  readonly by: ProcessId;
  readonly grant?: GrantId;
  readonly token?: Token;
  /** read: the current version. write ok: the version it became. Versions count 1, 2, 3 ...; 0 is the initial value. */
  readonly version?: number;
  readonly parent?: number;
  readonly id?: string;
  readonly final?: true;
  /** fail: `fenced`. */
  readonly error?: string;
}

/**
 * What a fault did. `invoke`: asked for. `ok`: verified in effect since `from`. `fail`: did not land, and why. `info`: may
 * have landed since `from`, or may yet.
 * Then `heal`: `invoke`, and `ok` when verified gone. `recover` ok | fail | info: the cluster
 * answers again, or not in time, or cannot because a server was ended from outside the run.
 */
export interface NemesisEvent extends Timed {
  readonly process: "nemesis";
  readonly f: string;
  /** Ties the events of one fault together: `f1`, `f2`, ... */
  readonly fault: string;
  readonly nemesis?: string;
  readonly target?: string;
  /** invoke: which variant of the nemesis. */
  readonly shape?: string;
  /** The nodes and clients that are hit. */
  readonly nodes?: readonly string[];
  /** ok: when it began to act, before it was verified. */
  readonly from?: Nanos;
  /** ok: the session that was ended; info: whose end was asked for. */
  readonly session?: string;
  /** ok, of hosts that are stopped and let go in turns: for how long each time. */
  readonly stopMs?: number;
  readonly evidence?: string;
  readonly error?: string;
}

/** What the harness says of the run itself. `begin` is the first event of every history and tells how to judge it. */
export interface RunEvent extends Timed {
  readonly process: "run";
  readonly type: "info";
  readonly f: "begin" | "healed" | "traffic" | "client-exit" | "end";
  readonly client?: string;
  /** traffic: data segments that the clients' hosts have sent since the begin. */
  readonly value?: unknown;
  /** begin: the wall clock (ISO 8601) and CLOCK_MONOTONIC (ns) at time 0, to find the same moment in servers' logs. */
  readonly wall?: string;
  readonly monotonic?: string;
}

export type HistoryEvent = ClientEvent | RegisterEvent | NemesisEvent | RunEvent;

export const isClientEvent = (event: HistoryEvent): event is ClientEvent => typeof event.process === "number";
export const isAnnotation = (f: string): f is Annotation => (ANNOTATIONS as readonly string[]).includes(f);
