/** What the orchestrator asks of the control process, which sits inside the cluster's network. */
export type ControlRequest =
  | { readonly n: number; readonly call: "ready"; readonly endpoint: string }
  | { readonly n: number; readonly call: "leader"; readonly endpoints: readonly string[] };

export type ControlAnswer =
  | { readonly n: number; readonly result: boolean | string | null }
  | { readonly n: number; readonly error: string };
