/** What went wrong, as exit codes tell it: the user's words, the machine, or ourselves. */
export type ErrorCode = "usage" | "environment" | "internal";

/** Exit codes of every command. 0, 1 and 2 are verdicts, the rest says why there is none. */
export const EXIT = {
  valid: 0,
  violated: 1,
  unknown: 2,
  environment: 3,
  usage: 64,
  internal: 70,
  interrupted: 130,
} as const;

/** An error for a person: `message` is one line of what, `hint` one line of how to mend it. */
export class LockjepsenError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "LockjepsenError";
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): number {
    return EXIT[this.code];
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}

/** `ENOENT` and its like, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
