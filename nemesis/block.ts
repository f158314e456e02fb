import { setTimeout as sleep } from "node:timers/promises";
import { LockjepsenError } from "../src/error.js";
import { claiming } from "./exclusive.js";
import { outlasting } from "./lasts.js";
import type { Blocking, ClientCalls, Nemesis } from "./types.js";

/** A client that answers within this is not blocked: on a busy machine too, its answer takes a few ms. */
const SILENCE_MS = 100;

/**
 * Blocks the event loop of a client's program: what a long garbage collection, a regular expression that explodes or a
 * synchronous call does. Other than under `pause` its process lives: the kernel acknowledges what arrives, and only the
 * program's own timers and renewals stand still.
 *
 * It ends by itself: nothing can be told a program that does not listen.
 */
export const block: Nemesis = {
  name: "block",
  description: "the event loop of a client's program blocked: no timer fires, no renewal is sent",
  colour: "#c2419b",
  shapes: {
    wait: { description: "asleep in a call that does not return", targets: ["holder", "clients"] },
    spin: { description: "busy: it takes a core as well", targets: ["holder", "clients"] },
  },
  bare: "first",
  parameters: {},
  lasts: outlasting,
  available: () => Promise.resolve(true),
  inject: ({ hosts, fault, clients, note }) =>
    claiming(hosts, "processes", fault.id, async () => {
      const names = hosts.map(({ name }) => name);
      note(names);
      const how: Blocking = fault.shape === "spin" ? "spin" : "wait";
      const begun = await Promise.all(names.map((name) => clients.block(name, how, fault.durationMs)));
      const heal = async (): Promise<string> => (await Promise.all(names.map(endOf(clients)))).join(", ");
      await silent(names, clients, fault.durationMs).catch(async (error: unknown) => {
        await heal();
        throw error;
      });
      const [from] = begun.toSorted((a, b) => Number(a - b)) as [bigint];
      return { from, evidence: `${names.join(", ")} did not answer for ${SILENCE_MS} ms`, heal };
    }),
  // It ends by itself: by its time, or when a client finds that nobody is left to work for.
  undo: () => Promise.resolve("it ended by itself, with the clients of the run"),
};

async function silent(names: readonly string[], clients: ClientCalls, durationMs: number): Promise<void> {
  await sleep(0); // what was sent before the block is read by now
  const answers = await Promise.all(
    names.map((name) => clients.answers(name, Math.min(SILENCE_MS, durationMs / 2))),
  );
  const awake = names.filter((_, index) => answers[index]);
  if (awake.length > 0)
    throw new LockjepsenError("environment", `${awake.join(", ")} answered and is not blocked`, "try again");
}

const endOf = (clients: ClientCalls) => async (name: string) => {
  const ms = await clients.blocked(name);
  return ms === null ? `${name} is no more` : `${name} answers again, blocked for ${ms.toFixed(1)} ms`;
};
