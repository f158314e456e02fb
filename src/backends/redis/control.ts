/** What the tester asks of a server, and does to it by Redis's own means. */
import { openConnection, type Connection } from "./connection.js";

/** Uses a connection of its own. Rejects where the server does not answer. */
export async function briefly<T>(endpoint: string, use: (redis: Connection) => Promise<T>): Promise<T> {
  const redis = openConnection(endpoint);
  try {
    await redis.reach();
    return await use(redis);
  } finally {
    redis.close();
  }
}

/** Whether a server answers. One that is still loading its data takes no connection as ready. */
export const ready = async (endpoint: string): Promise<boolean> =>
  await briefly(endpoint, async (redis) => (await redis.call("PING")) === "PONG");

/** Its wall clock: `TIME` tells seconds and microseconds. */
export const clock = async (endpoint: string): Promise<number> =>
  await briefly(endpoint, async (redis) => {
    const [seconds, micros] = (await redis.call("TIME")) as readonly [string, string];
    return Number(seconds) * 1_000 + Number(micros) / 1_000;
  });
