/** What the orchestrator asks of the control process, which sits inside the cluster's network. */
export type ControlRequest = { readonly n: number } & (
  | { readonly call: "ready" | "clock"; readonly endpoint: string }
  | { readonly call: "leader" | "failover"; readonly endpoints: readonly string[] }
  | { readonly call: "endSession"; readonly endpoints: readonly string[]; readonly session: string }
);

export type ControlResult = boolean | number | string | null;

export type ControlAnswer =
  | { readonly n: number; readonly result: ControlResult }
  | {
      readonly n: number;
      readonly error: string;
      /** It certainly had no effect. */
      readonly definite: boolean;
    };
