/** How the cluster is, by the sentinels' word; and how they are made to promote another server. */
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../error.js";
import { briefly, clock as dataClock } from "../redis/control.js";
import { endOn } from "../redis/session.js";
import { MASTER, sentinelsAmong } from "./cluster.js";
import { primaryBy } from "./primary.js";

const TAKEOVER_MS = 15_000;

/** A sentinel: all others and all data servers are in sight, none is down. A data server: it writes, or is in step. */
export async function ready(endpoint: string): Promise<boolean> {
  if (sentinelsAmong([endpoint]).length > 0) return await sees(endpoint);
  return await briefly(endpoint, async (redis) => {
    const [role, , , link] = (await redis.call("ROLE")) as readonly unknown[];
    return role === "master" || link === "connected";
  });
}

const sees = (sentinel: string): Promise<boolean> =>
  briefly(sentinel, async (redis) => {
    await redis.call("SENTINEL", "CKQUORUM", MASTER); // rejects without one
    const flags = async (...about: string[]): Promise<readonly string[]> => {
      const answer = (await redis.call("SENTINEL", ...about, MASTER)) as readonly (readonly string[])[];
      return answer.map((fields) => fields[fields.indexOf("flags") + 1] ?? "");
    };
    const [master, replicas, sentinels] = await Promise.all([
      redis.call("SENTINEL", "MASTER", MASTER) as Promise<readonly string[]>,
      flags("REPLICAS"),
      flags("SENTINELS"),
    ]);
    return (
      master[master.indexOf("flags") + 1] === "master" &&
      replicas.length === 2 &&
      replicas.every((one) => one === "slave") &&
      sentinels.length === 2 &&
      sentinels.every((one) => one === "sentinel")
    );
  });

/** Whom most sentinels call the primary. */
export async function leader(endpoints: readonly string[]): Promise<string | null> {
  const sentinels = sentinelsAmong(endpoints);
  const named = await Promise.all(sentinels.map((sentinel) => primaryBy(sentinel).catch(() => null)));
  const votes = (one: string): number => named.filter((name) => name === one).length;
  return endpoints.find((one) => votes(one) > sentinels.length / 2) ?? null;
}

/** `SENTINEL FAILOVER`: promotes a replica though nothing is wrong, as a person does before maintenance. */
export async function failover(endpoints: readonly string[]): Promise<string> {
  const from = await leader(endpoints);
  await anyBegins(sentinelsAmong(endpoints));
  return await takeover(endpoints, from);
}

/** On whichever server is the primary. */
export async function endSession(endpoints: readonly string[], session: string): Promise<string> {
  const primary = await leader(endpoints);
  if (primary === null) throw new Error("the sentinels agree on no primary just now");
  return await endOn(primary, session);
}

async function anyBegins(sentinels: readonly string[]): Promise<void> {
  const refusals: string[] = [];
  for (const sentinel of sentinels) {
    const begun = briefly(sentinel, (redis) => redis.call("SENTINEL", "FAILOVER", MASTER));
    const refusal = await begun.then(() => null, messageOf);
    if (refusal === null) return;
    refusals.push(`${sentinel}: ${refusal}`);
  }
  throw new Error(`no sentinel would fail over: ${refusals.join("; ")}`);
}

async function takeover(endpoints: readonly string[], from: string | null): Promise<string> {
  for (const until = performance.now() + TAKEOVER_MS; performance.now() < until; await sleep(50)) {
    const now = await leader(endpoints);
    if (now !== null && now !== from)
      return `${now} is primary instead of ${from ?? "nobody"}, say the sentinels`;
  }
  throw new Error(`${from ?? "nobody"} is still the primary`);
}

/** A sentinel knows no `TIME`: its word is that of `INFO`. */
export async function clock(endpoint: string): Promise<number> {
  if (sentinelsAmong([endpoint]).length === 0) return await dataClock(endpoint);
  const info = await briefly(endpoint, (redis) => redis.call("INFO", "server"));
  const [, micros] = /^server_time_usec:(\d+)/m.exec(String(info)) ?? [];
  if (micros === undefined) throw new Error(`${endpoint} does not tell its time`);
  return Number(micros) / 1_000;
}
