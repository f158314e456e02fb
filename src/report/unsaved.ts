import { LockjepsenError } from "../error.js";
import type { VerdictDocument } from "./types.js";

/** A verdict that was come to, and told, and could not be written down whole. */
export class UnsavedError extends LockjepsenError {
  readonly document: VerdictDocument;

  constructor(document: VerdictDocument, cause: LockjepsenError) {
    super(cause.code, cause.message, cause.hint, { cause });
    this.document = document;
  }
}
