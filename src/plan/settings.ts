import type { Backend } from "../backends/types.js";
import { LockjepsenError } from "../error.js";
import { didYouMean } from "../suggest.js";

/**
 * The server's settings in effect: its defaults, changed by `etcd.heartbeat-interval` -> `50` and the like. Where a backend
 * is made of another's servers, those may be named, too: `redis.appendfsync` of a Redlock. What a setting means nothing
 * without is set with it, unless that is asked for otherwise.
 */
export function settingsOf(
  backend: Backend,
  changes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const prefixes = [...new Set([backend.name, backend.software.image])];
  const keys = new Map(
    prefixes.flatMap((prefix) => Object.keys(backend.settings).map((key) => [`${prefix}.${key}`, key])),
  );
  const settings = Object.fromEntries(
    Object.entries(backend.settings).map(([key, { default: usual }]) => [key, usual]),
  );
  const asked = new Map<string, string>();
  for (const [name, value] of Object.entries(changes)) {
    const key = keys.get(name);
    if (key === undefined)
      throw new LockjepsenError(
        "usage",
        `--set: ${backend.name} has no setting "${name}"`,
        didYouMean(name, [...keys.keys()]),
      );
    asked.set(key, value);
  }
  const needed = [...asked.keys()].flatMap((key) => Object.entries(backend.settings[key]?.needs ?? {}));
  return { ...settings, ...Object.fromEntries(needed), ...Object.fromEntries(asked) };
}
