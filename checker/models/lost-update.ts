import { search } from "../search/search.js";
import { canonical } from "../../src/history/values.js";
import { judgeVersions } from "./chain-of-versions.js";
import type { Model } from "./types.js";

interface Version {
  /** The one before the first write. Versions are told once: none becomes it again. */
  readonly first: unknown;
  /** null: not known, after a write of which nobody was told what it became. */
  readonly now: unknown;
}

/**
 * A value that is read, changed and written back: every write (`parent` and `version`, or a `cas` of [old new]) was
 * computed from the version that stood when it took effect. Two acknowledged writes computed from one version, and one of
 * them is lost. Where every version is written once, in O(n); else by search.
 */
export const lostUpdate: Model<Version | null> = {
  name: "lost-update",
  description: "every acknowledged write was computed from the version that it replaced",
  operations: ["read", "write", "cas"],
  owned: false,
  specification: {
    // What stood before the first operation shows in that operation.
    init: null,
    step(version, { f, value, extra, outcome }) {
      if (f === "read") {
        if (outcome === "info" || value === null) return version;
        if (version === null) return { first: value, now: value };
        return version.now === null || version.now === value ? { ...version, now: value } : undefined;
      }
      const [from, to] = f === "cas" ? [value, extra] : [extra, value];
      const { first, now } = version ?? { first: from, now: from };
      if (now !== null && from !== null && from !== now) return undefined;
      return to !== null && to === first ? undefined : { first, now: to };
    },
    key: (version) => (version === null ? "" : `${canonical(version.first)} ${canonical(version.now)}`),
    describe: (version) =>
      version === null || version.now === null ? "not known" : `version ${canonical(version.now)}`,
  },
  judge: (part, limits) => judgeVersions(part) ?? search(part, lostUpdate, limits),
};
