import type { GrantId, ProcessId } from "../history/event.js";
import type { RegisterAnswer, RegisterRequest } from "./state.js";

/** Where the register listens on its host: alone there, so any port is free. */
export const REGISTER_PORT = 7000;

/** A line from a client: what it asks, and what the apply log says of who asked. */
export interface RequestLine extends RegisterRequest {
  readonly n: number;
  readonly client: string;
  readonly by: ProcessId;
  readonly grant?: GrantId;
  readonly parent?: number;
  /** write: what it adds to the value. */
  readonly element?: unknown;
  readonly id?: string;
  readonly final?: true;
}

/** A line to a client: the answer to its request number `n`. */
export type AnswerLine = RegisterAnswer & { readonly n: number };
