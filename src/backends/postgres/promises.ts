import type { Promises } from "../../history/context.js";

const MANUAL = "https://www.postgresql.org/docs/current";
const ADVISORY = `PostgreSQL, "Advisory Locks", ${MANUAL}/explicit-locking.html#ADVISORY-LOCKS`;
const ROWS = `PostgreSQL, "Row-Level Locks", ${MANUAL}/explicit-locking.html#LOCKING-ROWS`;
const TIMES = `PostgreSQL, "Current Date/Time", ${MANUAL}/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT`;
const ON_CONFLICT = `PostgreSQL, INSERT, "ON CONFLICT Clause", ${MANUAL}/sql-insert.html#SQL-ON-CONFLICT`;
const SEQUENCES = `PostgreSQL, "Sequence Manipulation Functions", ${MANUAL}/functions-sequence.html`;
const STANDBY = `PostgreSQL, "Failover" and "Asynchronous replication", ${MANUAL}/warm-standby.html`;
const POOLING = `PgBouncer, "Feature matrix for pooling modes", https://www.pgbouncer.org/features.html`;

/**
 * Held until it is given back, or the session ends: "held until explicitly released or the session ends". Postgres ends a
 * session whose client is gone, however slow its client is; so nothing runs out while a holder is frozen.
 *
 * `ttl` is no promise of the service's: it says how long faults and waits of a run are.
 *
 * `except`. `failover`: locks are not replicated, and the manual leaves it to the operator that an old primary is no more.
 */
const sessionPromises: Promises = {
  exclusion: "service",
  lease: "connection",
  ttl: { min: 100, max: 3_600_000, step: 1, default: 2_000 },
  renewals: "none",
  token: "a sequence, asked once the lock is held",
  except: ["failover"],
  source: `${ADVISORY}; ${SEQUENCES}; ${STANDBY}`,
};

export const advisoryPromises = sessionPromises;

export const rowPromises: Promises = { ...sessionPromises, source: `${ROWS}; ${SEQUENCES}; ${STANDBY}` };

export const tokenWithinPromises: Promises = {
  ...rowPromises,
  token: "a sequence, asked within the transaction that holds the lock",
};

/**
 * A lease as a row. `exclusion: "service"`: one statement decides, by the server's time alone. `clock`: that time is the
 * machine's wall clock. `failover`: a promoted replica may lack the last commits.
 */
export const leasePromises: Promises = {
  ...sessionPromises,
  lease: "ttl",
  renewals: "visible",
  token: "a column that counts the row's holders",
  except: ["clock", "failover"],
  source: `${ON_CONFLICT}; ${TIMES}; ${STANDBY}`,
};

export const insertPromises: Promises = {
  ...sessionPromises,
  lease: "none",
  source: `${ON_CONFLICT}; ${SEQUENCES}; ${STANDBY}`,
};

/** Session-level advisory locks through a pooler in transaction mode: "Never", says its matrix. */
export const pooledSessionPromises: Promises = {
  ...sessionPromises,
  exclusion: "none",
  source: `${POOLING}; ${ADVISORY}`,
};

export const pooledPromises: Promises = { ...sessionPromises, source: `${POOLING}; ${ADVISORY}` };

/** The kernel closes a dead process's connections. The rest is for a busy machine. */
export const freedWithConnection = (): number => 1_000;
/** Waiters ask every 50 ms at the latest. */
export const freedWithLease = (ttlMs: number): number => ttlMs + 1_000;
