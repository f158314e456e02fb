/** What our child processes (clients, register, control) have in common: how they end, and how they tell trouble. */
import { LockjepsenError, messageOf } from "./error.js";

/** Trouble that ends a child, told to its parent before. */
export interface FatalMessage {
  readonly kind: "fatal";
  readonly code: "environment" | "internal";
  readonly message: string;
  readonly hint: string;
}

/** Runs `then` when the parent is no more: without it nobody would end this process. */
export function onParentGone(then: () => void): void {
  process.once("disconnect", then);
}

/** Tells the parent what is wrong, then ends this process. */
export function sendFatal(error: unknown): void {
  const ours = error instanceof LockjepsenError;
  const message: FatalMessage = {
    kind: "fatal",
    code: ours && error.code === "environment" ? "environment" : "internal",
    message: messageOf(error),
    hint: ours
      ? error.hint
      : `this is a bug in lockjepsen: ${error instanceof Error ? (error.stack ?? "") : ""}`,
  };
  if (!process.send) throw error;
  process.send(message, undefined, {}, () => process.exit(70));
}

/** The error that a child's last message stands for. */
export function fatalError(message: FatalMessage): LockjepsenError {
  return new LockjepsenError(message.code, message.message, message.hint);
}
