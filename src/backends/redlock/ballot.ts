import { setTimeout as sleep } from "node:timers/promises";
import { isReply, type Connection } from "../redis/connection.js";

/**
 * What one of the servers said: yes, no, or nothing in time, though it may still do what it was asked. `unsent`: nor was
 * it asked, nor will it be.
 */
export type Vote = "yes" | "no" | "silent" | "unsent";

export type Question = (redis: Connection) => Promise<boolean>;

/** Asks all servers at once. Each has voted `withinMs` from now at the latest. */
export function ballot(
  servers: readonly Connection[],
  question: Question,
  withinMs: number,
): readonly Promise<Vote>[] {
  const over = sleep(withinMs, "over" as const, { ref: false });
  return servers.map((redis) => vote(redis, question, over));
}

async function vote(redis: Connection, question: Question, over: Promise<"over">): Promise<Vote> {
  const reached = redis.reach().then(
    () => true,
    () => false,
  );
  // Out of time while it connects: what comes of that is for the next question.
  if ((await Promise.race([reached, over])) !== true) return "unsent";
  const answer = question(redis).then(
    (yes): Vote => (yes ? "yes" : "no"),
    (error: unknown): Vote => (isReply(error) ? "no" : "silent"),
  );
  const first = await Promise.race([answer, over]);
  return first === "over" ? "silent" : first;
}

export const quorumOf = (servers: number): number => Math.floor(servers / 2) + 1;

export const count = (votes: readonly Vote[], vote: Vote): number =>
  votes.filter((one) => one === vote).length;

/** What a majority said, as soon as that is certain; null: there is none for either. */
export async function majority(votes: readonly Promise<Vote>[]): Promise<"yes" | "no" | null> {
  const quorum = quorumOf(votes.length);
  const tally = { yes: 0, no: 0, silent: 0, unsent: 0 };
  return await new Promise((resolve) => {
    const counted = votes.map(async (each) => {
      tally[await each] += 1;
      if (tally.yes >= quorum) resolve("yes");
      // So many that the rest makes no majority.
      else if (tally.no > votes.length - quorum) resolve("no");
    });
    void Promise.all(counted).then(() => resolve(null));
  });
}

/** Whether fewer than a majority of `servers` are left in the end of those that are `open`: told as soon as they are. */
export async function closes(open: readonly Promise<boolean>[], servers: number): Promise<boolean> {
  const quorum = quorumOf(servers);
  let left = open.length;
  return await new Promise((resolve) => {
    if (left < quorum) resolve(true);
    const counted = open.map(async (closed) => {
      if (await closed) left -= 1;
      if (left < quorum) resolve(true);
    });
    void Promise.all(counted).then(() => resolve(left < quorum));
  });
}
