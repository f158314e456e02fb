import { EXIT, LockjepsenError, messageOf } from "../error.js";
import type { Output } from "../report/io.js";

/** Prints what went wrong, for a person, and says the exit code. */
export function printFailure(error: unknown, output: Output, debug: boolean): number {
  const { red, bold, dim } = output.colours;
  const [message, hint, exitCode] = explain(error);
  output.write(`${red(bold("error:"))} ${message}\n${bold(" hint:")} ${hint}\n`);
  if (debug) output.write(`${dim(stacks(error))}\n`);
  return exitCode;
}

function explain(error: unknown): readonly [message: string, hint: string, exitCode: number] {
  if (error instanceof LockjepsenError && error.code !== "internal")
    return [error.message, error.hint, error.exitCode];
  return [
    `this is a bug in lockjepsen: ${messageOf(error)}`,
    "please report it, with what the same command prints with --debug",
    EXIT.internal,
  ];
}

function stacks(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${stacks(error.cause)}`;
}
