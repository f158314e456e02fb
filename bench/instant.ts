/**
 * A "lock service" that costs nothing: every acquire is granted at once, in the client's own process. What is left when
 * it is run is the harness itself: recording, register, bookkeeping.
 */
import type { Backend } from "../src/backends/types.js";
import type { Grant } from "../src/clients/contract.js";

const instant: Backend = {
  name: "instant",
  description: "grants at once, in the client's process: measures the harness",
  module: import.meta.url,
  software: {
    binaries: ["sleep"],
    packages: ["coreutils"],
    versions: {},
    versionCommand: ["sleep", "--version"],
  },
  nodes: { default: 1, min: 1, max: 1 },
  defaultRecipe: "instant",
  settings: {},
  endpoint: ({ address }) => `${address}:1`,
  command: (_own, _all, { binaries }) => ({ argv: [binaries["sleep"] ?? "sleep", "infinity"] }),
  ready: () => Promise.resolve(true),
  recipes: {
    instant: {
      name: "instant",
      description: "no lock at all",
      promises: {
        exclusion: "none",
        lease: "none",
        ttl: { min: 1, max: 3_600_000, step: 1, default: 2_000 },
        renewals: "none",
        token: null,
        except: [],
        source: "bench/instant.ts",
      },
      freedWithin: () => 0,
      connect: () =>
        Promise.resolve({
          acquire: () =>
            Promise.resolve<Grant>({ validUntil: () => undefined, lost: new AbortController().signal }),
          release: () => Promise.resolve("released" as const),
          close: () => Promise.resolve(),
        }),
    },
  },
};

export default instant;
