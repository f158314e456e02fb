import { createHash } from "node:crypto";

/** An advisory lock's number for a name: 64 bits of its SHA-256, as bigint takes them. No two names share one by chance. */
export const lockKey = (name: string): string =>
  String(createHash("sha256").update(name).digest().readBigInt64BE());
