/** Where the service listens on its host: alone there, so any port is free. */
export const PORT = 7400;

/** What a client asks. A lease is named by who asks for it; times are ms. */
export type Request =
  /** Asks for a lock under a new lease, which begins to run at once, also while it waits. */
  | {
      readonly do: "acquire";
      readonly lock: string;
      readonly lease: string;
      readonly ttlMs: number;
      readonly wait: boolean;
    }
  /** Lets a lease begin anew. */
  | { readonly do: "renew"; readonly lease: string }
  /** Ends a lease: gives the lock back, or the place in the queue. */
  | { readonly do: "release"; readonly lock: string; readonly lease: string }
  /** Asks whether a grant still stands, by its token: what a resource does to whom a sequencer is shown. */
  | { readonly do: "check"; readonly lock: string; readonly token: string };

/**
 * acquire: granted, or not (held, the lease ended while it waited, or its place was given back). renew: whether the
 * lease stands. release: whether it held the lock. check: whether it holds.
 */
export interface Answer {
  readonly ok: boolean;
  /** acquire: the grant's number, to fence with. */
  readonly token?: number;
}

/** A line to the server: `recipe` says how it shall behave. */
export type RequestLine = Request & { readonly n: number; readonly recipe: string };
/** A line from the server: the answer to the request number `n` of this connection. */
export type AnswerLine = Answer & { readonly n: number };
