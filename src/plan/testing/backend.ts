import type { Backend, Recipe } from "../../backends/types.js";
import type { Promises } from "../../history/context.js";

const PROMISES: Promises = {
  exclusion: "service",
  lease: "ttl",
  ttl: { min: 1_000, max: 60_000, step: 1_000, default: 2_000 },
  renewals: "visible",
  token: "a counter",
  except: [],
  source: "tests",
};

function recipe(name: string, promises: Partial<Promises> = {}): Recipe {
  return {
    name,
    description: `the ${name} recipe of a backend that exists in tests only`,
    promises: { ...PROMISES, ...promises },
    freedWithin: (ttlMs) => 2 * ttlMs,
    connect: () => Promise.reject(new Error("this backend cannot be connected to")),
  };
}

/** A backend as plain data, for what only reads it: it has no leader, and starts nothing. */
export const paper: Backend = {
  name: "paper",
  description: "exists in tests only",
  module: "file:///paper.js",
  software: { binaries: [], packages: [], versions: { "1.0": {}, "2.0": {} }, versionCommand: [] },
  nodes: { default: 3, min: 1, max: 5 },
  recipes: {
    mutex: recipe("mutex"),
    tokenless: recipe("tokenless", { token: null }),
    blind: recipe("blind", { renewals: "hidden" }),
  },
  defaultRecipe: "mutex",
  settings: {
    fsync: { description: "when to write through", default: "always" },
    heartbeat: { description: "ms between heartbeats", default: "100" },
  },
  endpoint: (place) => `${place.address}:1`,
  command: () => ({ argv: [] }),
  ready: () => Promise.resolve(false),
};

export const led: Backend = { ...paper, leader: () => Promise.resolve(null) };
