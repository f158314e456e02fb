import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { pause } from "./pause.js";
import { taskStates } from "./proc.js";
import { bareHost } from "./testing/hosts.js";
import { orderFor } from "./testing/order.js";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) process.kill(-(child.pid ?? 0), "SIGKILL");
});

/** A program that forks all the time, as a server with a process a connection does. */
async function forking(): Promise<{ leader: number; pids: () => readonly number[] }> {
  const child = spawn("sh", ["-c", "echo up; while :; do sleep 0.02 & sleep 0.02; done"], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  started.push(child);
  if (child.stdout) await once(child.stdout, "data");
  const leader = child.pid ?? 0;
  return { leader, pids: () => groupOf(leader) };
}

/** Pids of a process group, from /proc. */
function groupOf(group: number): readonly number[] {
  const children = (pid: number): readonly number[] => {
    try {
      return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
    } catch {
      return [];
    }
  };
  const walk = (pid: number): readonly number[] => [pid, ...children(pid).flatMap(walk)];
  return walk(group).filter((pid) => taskStates(pid).some((state) => !"ZX".includes(state)));
}

test("stops every real process of a host that forks, and lets all go on", async () => {
  const { leader, pids } = await forking();
  const host = bareHost("n1", "server", pids);
  const injected = await pause.inject(orderFor([host]));
  expect(
    pids()
      .flatMap(taskStates)
      .every((state) => "TD".includes(state)),
  ).toBe(true);
  expect(injected.evidence).toMatch(/state T/);
  const before = pids();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(pids()).toEqual(before); // nothing forks any more

  expect(await injected.heal()).toMatch(/running again/);
  expect(taskStates(leader)).not.toContain("T");
});

test("says so when there is nothing to stop", async () => {
  await expect(pause.inject(orderFor([bareHost("c9", "client")]))).rejects.toThrow("nothing runs on c9");
});

test("healing a host that is no more is no error", async () => {
  const { leader, pids } = await forking();
  const injected = await pause.inject(orderFor([bareHost("n1", "server", pids)]));
  process.kill(-leader, "SIGKILL");
  started.length = 0;
  await expect(injected.heal()).resolves.toBeTypeOf("string");
});

test("is undone from what it noted, also when it was only half done", async () => {
  const { leader, pids } = await forking();
  const host = bareHost("n1", "server", pids);
  const notes: unknown[] = [];
  await pause.inject(orderFor([host], {}, notes));
  const [note] = JSON.parse(JSON.stringify(notes)) as unknown[];
  expect(await pause.undo(note, (name) => (name === "n1" ? host : undefined))).toMatch(/running again/);
  expect(taskStates(leader)).not.toContain("T");
  expect(await pause.undo(note, () => undefined)).toMatch(/running again/);
});
