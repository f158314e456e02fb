import { createServer } from "node:net";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { Recipe } from "../backends/types.js";
import { processId, type ClientEvent } from "../history/event.js";
import { createRandom } from "../random.js";
import { REGISTER_PORT } from "../register/protocol.js";
import { createGate } from "./gate.js";
import type { WorkerConfig } from "./protocol.js";
import { createRounds } from "./rounds.js";

/** A register on the loopback that says yes to everything. */
async function listen(address: string): Promise<void> {
  const server = createServer((socket) =>
    createInterface({ input: socket }).on("line", (line) => {
      const { n } = JSON.parse(line) as { n: number };
      socket.write(`${JSON.stringify({ n, applied: true, version: 0 })}\n`);
    }),
  );
  server.listen(REGISTER_PORT, address);
  await once(server, "listening");
  onTestFinished(() => void server.close());
}

const never = new AbortController().signal;

test("the last reads begin when the round is over, however late it is told", async () => {
  const registerAddress = "127.77.0.1";
  await listen(registerAddress);
  const noted: string[] = [];
  const waits: number[] = [];
  const recipe = {
    connect: () =>
      Promise.resolve({
        async acquire(_lock: string, { waitMs }: { waitMs: number }) {
          waits.push(waitMs);
          if (waitMs < 100_000) await sleep(30); // a last try
          return { validUntil: () => undefined, lost: never };
        },
        release: () => Promise.resolve("released" as const),
        close: () => Promise.resolve(),
      }),
  } as unknown as Recipe;
  let end = (): void => {};
  const workload = {
    name: "waiting",
    description: "",
    initial: null,
    change: { kind: "append" } as const,
    leastGrants: 1,
    round: () => new Promise<void>((resolve) => (end = resolve)),
  };
  const config = {
    client: "c1",
    firstProcess: processId(0),
    stride: 1,
    register: { kind: "embedded", address: registerAddress },
    endpoints: [],
    locks: ["lock-1", "lock-2"],
    ttlMs: 1_000,
    waitMs: 100_000,
  } as unknown as WorkerConfig;
  const scribe = {
    begin() {},
    at: () => 0 as never,
    note: ({ f, type, final }: Partial<ClientEvent>) =>
      void noted.push(`${f} ${type}${final ? " final" : ""}`),
  };
  const gate = createGate(() => {});
  const rounds = createRounds(workload, { config, recipe, scribe, gate, random: createRandom(1) });

  const running = rounds.run();
  await expect.poll(() => noted).toContain("acquire ok");
  rounds.drain();
  const finishing = rounds.finish(["lock-1", "lock-2"], 100);
  await sleep(20);
  expect(noted).toEqual(["acquire invoke", "acquire ok"]);
  end();
  await Promise.all([running, finishing]);
  expect(noted.indexOf("release ok")).toBeLessThan(noted.indexOf("acquire invoke final"));
  expect(noted.filter((text) => text === "read ok final")).toHaveLength(2);
  // All locks have the same time to become free: what the first took the second has no more.
  expect(waits[1]).toBe(100);
  expect(waits[2]).toBeLessThan(80);
});
