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

/** The error of a child without which there is no run. A signal came from outside: we send none before we are done. */
export function endedError(
  name: string,
  { code, signal }: { readonly code: number | null; readonly signal: NodeJS.Signals | null },
): LockjepsenError {
  return signal === null
    ? new LockjepsenError("internal", `${name} ended (exit code ${code})`, "see the logs of the run")
    : new LockjepsenError(
        "environment",
        `${name} was killed (${signal}), and not by this run`,
        "find out by whom, `dmesg` tells if memory ran out, and run it again; what was recorded until then is kept",
      );
}

/** The error that a child's last message stands for. */
export function fatalError(message: FatalMessage): LockjepsenError {
  return new LockjepsenError(message.code, message.message, message.hint);
}
