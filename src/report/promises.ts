import type { Software } from "../cluster/types.js";
import type { Promises } from "../history/context.js";

/** What a recipe promises, in words. */
export const EXCLUSION: Readonly<Record<Promises["exclusion"], string>> = {
  service: "kept by the service itself",
  timing: "only while clocks and pauses stay bounded",
  none: "not promised",
  resource: "not needed: what is protected looks after itself",
};

export const LEASE: Readonly<Record<Promises["lease"], string>> = {
  ttl: "a time to live",
  session: "a session that is kept alive",
  connection: "an open connection",
  none: "none: held until released",
};

/** Each version that is offered, as it is asked for, with who packages it: `etcd@3.4 (Debian bookworm, Ubuntu noble)`. */
export const versionsOf = (name: string, { versions }: Software): readonly string[] =>
  Object.entries(versions).map(([version, { debian, ubuntu }]) => {
    const suites = [...(debian ? [`Debian ${debian}`] : []), ...(ubuntu ? [`Ubuntu ${ubuntu}`] : [])];
    return `${name}@${version} (${suites.join(", ")})`;
  });

/** Where it goes without a version: what `versionsOf` leaves open. */
export const UNASKED = "without one what is on PATH, else this system's package";
