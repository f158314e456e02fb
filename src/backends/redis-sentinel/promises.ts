import type { Promises } from "../../history/context.js";
import { lockPromises } from "../redis/promises.js";

const SENTINEL = `Redis, "High availability with Redis Sentinel", https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/`;
const WAIT = `Redis, WAIT, "Consistency and WAIT", https://redis.io/docs/latest/commands/wait/`;

/**
 * What one server promises, until it fails: replication is asynchronous, so the page on locks, "Why failover-based
 * implementations are not enough", tells of two holders after a promotion, and Sentinel's page that acknowledged writes
 * may be lost. A failure is whatever lets the sentinels promote another: `kill`, `partition`, `failover`, and a `pause`
 * of the primary.
 */
export const promises: Promises = {
  ...lockPromises,
  except: [...lockPromises.except, "failover", "partition", "pause"],
  source: `${lockPromises.source}; ${SENTINEL}`,
};

/** WAIT's page: it makes the loss less likely, and Redis no consistent store. */
export const waitPromises: Promises = { ...promises, source: `${promises.source}; ${WAIT}` };
