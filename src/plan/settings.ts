import type { Backend } from "../backends/types.js";
import { LockjepsenError } from "../error.js";
import { didYouMean } from "../suggest.js";

/** The server's settings in effect: its defaults, changed by `etcd.heartbeat-interval` -> `50` and the like. */
export function settingsOf(
  backend: Backend,
  changes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = Object.keys(backend.settings).map((key) => `${backend.name}.${key}`);
  const settings = Object.fromEntries(
    Object.entries(backend.settings).map(([key, { default: usual }]) => [key, usual]),
  );
  for (const [name, value] of Object.entries(changes)) {
    if (!names.includes(name))
      throw new LockjepsenError(
        "usage",
        `--set: ${backend.name} has no setting "${name}"`,
        didYouMean(name, names),
      );
    settings[name.slice(backend.name.length + 1)] = value;
  }
  return settings;
}
