import type { Grant, LockClient } from "../clients/contract.js";
import type { Guard, Promises } from "../history/context.js";
import { clock, leader, ready } from "./postgres/health.js";
import { endpoint, serverCommand, settings, software } from "./postgres/server.js";
import type { Backend, Recipe } from "./types.js";

/**
 * No lock at all: `ttl` only says how long the faults of a run are. What must hold is that no acknowledged update is lost,
 * under any fault that leaves the server its disk.
 */
const promises: Promises = {
  exclusion: "resource",
  lease: "none",
  ttl: { min: 100, max: 3_600_000, step: 1, default: 2_000 },
  renewals: "none",
  token: null,
  except: [],
  source: `PostgreSQL, "Transaction Isolation", https://www.postgresql.org/docs/current/transaction-iso.html`,
};

/** Everybody may begin at once: what one does is looked at when it is done. */
const noLock: LockClient = {
  acquire: (_, { signal }) =>
    Promise.resolve<Grant | null>(
      signal.aborted ? null : { validUntil: () => undefined, lost: new AbortController().signal },
    ),
  release: () => Promise.resolve("released"),
  close: () => Promise.resolve(),
};

const recipe = (name: string, resource: Guard, description: string): Recipe => ({
  name,
  description,
  promises,
  resource,
  // It excludes nobody, so what a lock does on a calm day is not what it does.
  fails: ["exclusion", "refusal", "hand-over", "foreign-release", "renewal"],
  mayFail: "any",
  freedWithin: () => 0,
  connect: () => Promise.resolve(noLock),
});

const recipes = [
  recipe("cas", "version", "UPDATE ... WHERE version = the one that was read: who comes second begins anew"),
  recipe("queue", "queue", "changes are put into a table, and one writer makes them one after the other"),
  recipe(
    "idempotent",
    "idempotent",
    "changes with a name, INSERT ... ON CONFLICT DO NOTHING: asked for until answered, made once",
  ),
];

const control: Backend = {
  name: "control",
  description: "no lock: a PostgreSQL table that looks after itself, and must lose nothing",
  module: import.meta.url,
  software,
  nodes: { default: 1, min: 1, max: 1 },
  part: () => "primary",
  recipes: Object.fromEntries(recipes.map((one) => [one.name, one])),
  defaultRecipe: "cas",
  settings,
  endpoint,
  command: (own, _all, options) => serverCommand(own, options),
  ready,
  leader,
  clock,
};

export default control;
