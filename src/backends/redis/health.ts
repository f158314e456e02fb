import { openConnection } from "./connection.js";

/** Whether a server answers. One that is still loading its data takes no connection as ready. */
export async function ready(endpoint: string): Promise<boolean> {
  const redis = openConnection(endpoint);
  try {
    await redis.reach();
    return (await redis.call("PING")) === "PONG";
  } finally {
    redis.close();
  }
}
