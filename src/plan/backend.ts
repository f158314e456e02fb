import { LockjepsenError } from "../error.js";

/** `etcd` or `etcd@3.4`, taken apart. null: any version, what is on PATH first. */
export function parseBackend(text: string): { readonly name: string; readonly version: string | null } {
  const [, name, version] = /^([^@\s]+)(?:@([^@\s]+))?$/.exec(text) ?? [];
  if (name !== undefined) return { name, version: version ?? null };
  throw new LockjepsenError(
    "usage",
    `"${text}" names no backend`,
    "write a name, or name@version: etcd, etcd@3.4",
  );
}
