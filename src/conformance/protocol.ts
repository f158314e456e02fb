/** What a driver is asked over IPC, and what it tells. Times are ms of CLOCK_MONOTONIC. */
export type Request = { readonly n: number } & (
  | { readonly do: "ready"; readonly endpoint: string }
  | { readonly do: "end-session"; readonly session: string }
  | { readonly do: "leader" | "failover" }
  | { readonly do: "clock"; readonly endpoint: string }
  | { readonly do: "connect"; readonly recipe: string; readonly process: number; readonly stopsAtNow: number }
  | {
      readonly do: "acquire";
      readonly client: number;
      readonly lock: string;
      readonly ttlMs: number;
      readonly waitMs: number;
    }
  | { readonly do: "release"; readonly client: number; readonly grant: number }
  | { readonly do: "close"; readonly client: number }
);
export type Answer =
  | { readonly n: number; readonly value: unknown }
  | { readonly n: number; readonly error: string; readonly definite: boolean };
export type Notice =
  | { readonly grant: number; readonly lost: string }
  | { readonly grant: number; readonly renewed: { readonly sentMs: number; readonly validUntilMs: number } };

/** A grant as seen from outside. Infinity does not pass through JSON, null does. */
export interface GrantNews {
  readonly grant: number;
  readonly token: string | null;
  readonly validUntilMs: number | null;
  readonly okMs: number;
  /** As the backend's `endSession` takes it, where the recipe tells. */
  readonly session: string | null;
}
