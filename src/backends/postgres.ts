import type { ClientContext } from "../clients/contract.js";
import { connectLock } from "./postgres/client.js";
import { openConnection, type Connection } from "./postgres/connection.js";
import { openPrimary } from "./postgres/database.js";
import { clock, leader, ready } from "./postgres/health.js";
import { endSession, failover } from "./postgres/intervene.js";
import type { Method } from "./postgres/method.js";
import { advisory, byHash, byHashtext } from "./postgres/methods/advisory.js";
import { insert } from "./postgres/methods/insert.js";
import { leaseRow } from "./postgres/methods/lease-row.js";
import { byAdvisory, byRow, byRowTokenWithin, inTransaction } from "./postgres/methods/transaction.js";
import { POOLER_PORT, poolerCommand, poolerSettings, poolerSoftware } from "./postgres/pooler.js";
import {
  advisoryPromises,
  freedWithConnection,
  freedWithLease,
  insertPromises,
  leasePromises,
  pooledPromises,
  pooledSessionPromises,
  tokenWithinPromises,
  rowPromises,
} from "./postgres/promises.js";
import { PORT, serverCommand, settings, software } from "./postgres/server.js";
import type { Promises } from "../history/context.js";
import type { Backend, Recipe } from "./types.js";

type Essence = Pick<Recipe, "name" | "description"> & { readonly promises: Promises };

const recipe = ({ promises, ...about }: Essence, method: Method): Recipe => ({
  ...about,
  promises,
  freedWithin: { connection: freedWithConnection, renewed: freedWithLease, none: () => null }[method.lease],
  connect: (context) => connectLock(context, method, (name) => openPrimary(context.endpoints, name)),
});

/** Clients know the pooler alone: the last of the servers. */
const throughPooler = (context: ClientContext, method: Method) =>
  connectLock(context, method, (name): Promise<Connection> =>
    openConnection(context.endpoints.at(-1) ?? "", name),
  );

const pooled = (essence: Essence, method: Method): Recipe => ({
  ...recipe(essence, method),
  nodes: { default: 2, min: 2, max: 2 },
  software: poolerSoftware,
  connect: (context) => throughPooler(context, method),
});

const recipes: readonly Recipe[] = [
  recipe(
    {
      name: "advisory",
      description: "pg_advisory_lock: the session's, until it is given back or the session ends",
      promises: advisoryPromises,
    },
    advisory(byHash),
  ),
  recipe(
    {
      name: "advisory-xact",
      description: "pg_advisory_xact_lock: the transaction's, which is open for as long",
      promises: advisoryPromises,
    },
    inTransaction(byAdvisory),
  ),
  recipe(
    {
      name: "row",
      description: "SELECT ... FOR UPDATE of the lock's own row, in a transaction that is open for as long",
      promises: rowPromises,
    },
    inTransaction(byRow),
  ),
  recipe(
    {
      name: "row-token-within",
      description: "the same, its token drawn in that transaction: after a crash it may be handed out again",
      promises: tokenWithinPromises,
    },
    inTransaction(byRowTokenWithin),
  ),
  recipe(
    {
      name: "lease-row",
      description: "a row with an end by the server's clock, renewed every third of its time, and a token",
      promises: leasePromises,
    },
    leaseRow,
  ),
  recipe(
    {
      name: "insert",
      description: "INSERT ... ON CONFLICT DO NOTHING without an end: who dies leaves the lock for ever",
      promises: insertPromises,
    },
    insert,
  ),
  {
    ...pooled(
      {
        name: "advisory-pgbouncer",
        description:
          "pg_advisory_lock through PgBouncer in transaction mode: the lock is somebody's, or lost",
        promises: pooledSessionPromises,
      },
      advisory(byHash),
    ),
    mayFail: "any",
  },
  pooled(
    {
      name: "advisory-xact-pgbouncer",
      description: "pg_advisory_xact_lock through PgBouncer: a transaction has a server to itself",
      promises: pooledPromises,
    },
    inTransaction(byAdvisory),
  ),
  recipe(
    {
      name: "advisory-hashtext",
      description: "pg_advisory_lock(hashtext(name)), 32 bits: two names may be one lock",
      promises: advisoryPromises,
    },
    advisory(byHashtext),
  ),
];

const isPooled = (recipe: string): boolean => recipe.endsWith("-pgbouncer");
const FIRST = "n1";

const postgres: Backend = {
  name: "postgres",
  description: "PostgreSQL: one primary; with --nodes 2 a streaming replica that can be promoted",
  module: import.meta.url,
  software,
  nodes: { default: 1, min: 1, max: 2 },
  part: (index, recipe) => (index === 0 ? "primary" : isPooled(recipe) ? "pooler" : "replica"),
  recipes: Object.fromEntries(recipes.map((recipe) => [recipe.name, recipe])),
  defaultRecipe: "advisory",
  settings: { ...settings, ...poolerSettings },
  endpoint: ({ name, address }, recipe) =>
    `${address}:${isPooled(recipe) && name !== FIRST ? POOLER_PORT : PORT}`,
  command(own, all, options) {
    const [primary = own] = all;
    if (own.name === primary.name) return serverCommand(own, forServer(options));
    return isPooled(options.recipe)
      ? poolerCommand(own, primary, options)
      : serverCommand(own, forServer(options), primary);
  },
  ready,
  leader,
  endSession,
  failover,
  clock,
};

/** Without what is the pooler's. */
const forServer = <T extends { readonly settings: Readonly<Record<string, string>> }>(options: T): T => ({
  ...options,
  settings: Object.fromEntries(
    Object.entries(options.settings).filter(([name]) => !Object.hasOwn(poolerSettings, name)),
  ),
});

export default postgres;
