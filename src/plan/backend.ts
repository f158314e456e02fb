import { LockjepsenError } from "../error.js";

const NAME = /^([^@\s/\\]+?)(?:@([^@\s/\\]+))?$/;
/** A module of somebody's own. A path may hold an `@` itself, so only what begins like a version is one. */
const MODULE = /^(.*[/\\].+?)(?:@(\d[\w.+-]*))?$/;

/** `etcd`, `etcd@3.4` or `./mine.js@2`, taken apart. Version null: any, what is on PATH first. */
export function parseBackend(text: string): { readonly name: string; readonly version: string | null } {
  const [, name, version] = NAME.exec(text) ?? MODULE.exec(text) ?? [];
  if (name !== undefined) return { name, version: version ?? null };
  throw new LockjepsenError(
    "usage",
    `"${text}" names no backend`,
    "write a name, name@version, or a module's path: etcd, etcd@3.4, ./mine.js",
  );
}
