import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "vitest";
import { taskStates } from "../proc.js";
import { offsetOf, patch, setOffset, type Patched } from "./vdso.js";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

interface Teller {
  readonly pid: number;
  says(): Promise<number>;
  /** How far its wall clock is ahead of ours, ms. */
  ahead(): Promise<number>;
  readonly child: ChildProcess;
}

/** A program that says a number, its wall clock in ms, for every line that it is sent. */
function teller(command: string, ...args: string[]): Teller {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  started.push(child);
  const lines = createInterface({ input: child.stdout });
  async function says(): Promise<number> {
    const line = once(lines, "line");
    child.stdin.write("\n");
    return Number((await line)[0]);
  }
  return { pid: child.pid ?? 0, child, says, ahead: async () => (await says()) - Date.now() };
}

const NODE = `process.stdin.on("data", () => console.log(Date.now()))`;
const tellers = {
  node: () => teller(process.execPath, "-e", NODE),
  // Asks by gettimeofday or clock_gettime, as it was built.
  perl: () =>
    teller("perl", "-e", `$| = 1; use Time::HiRes; print Time::HiRes::time() * 1000, "\\n" while <STDIN>`),
  // Whole seconds, by time(2).
  seconds: () => teller("perl", "-e", `$| = 1; print time() . "000\\n" while <STDIN>`),
};

const patched = (pid: number): Patched => {
  const found = patch(pid);
  if (!found) throw new Error(`process ${pid} is gone`);
  return found;
};
const HOURS = 10n * 3_600_000_000_000n;

describe.each(Object.keys(tellers) as (keyof typeof tellers)[])("%s", (name) => {
  test("is set forward and back, while it runs, and right again", async () => {
    const { pid, ahead } = tellers[name]();
    const near = name === "seconds" ? 1_200 : 200;
    const off = async (ms: number): Promise<void> =>
      expect(Math.abs((await ahead()) - ms)).toBeLessThan(near);
    await off(0);
    const clock = patched(pid);
    await off(0);
    for (const ns of [HOURS, -HOURS, 1_500_000_000n, -1n]) {
      expect(setOffset(clock, ns)).toBe(true);
      expect(offsetOf(clock)).toBe(ns);
      await off(Number(ns) / 1e6);
    }
    expect(setOffset(clock, 0n)).toBe(true);
    await off(0);
    expect(taskStates(pid)).not.toContain("T");
  });
});

test("monotonic time goes on", async () => {
  const tell = `process.stdin.on("data", () => console.log(Number(process.hrtime.bigint() / 1000000n)))`;
  const { pid, says } = teller(process.execPath, "-e", tell);
  const behind = async (): Promise<number> => (await says()) - Number(process.hrtime.bigint() / 1_000_000n);
  expect(Math.abs(await behind())).toBeLessThan(200);
  setOffset(patched(pid), HOURS);
  expect(Math.abs(await behind())).toBeLessThan(200);
});

test("patched once: the second time it is found", async () => {
  const { pid, ahead } = tellers.node();
  await ahead();
  expect(patched(pid)).toEqual(patched(pid));
});

test("a thousand settings of a busy process, and it lives", async () => {
  const busy = `setInterval(() => { const t = Date.now(); while (Date.now() - t < 5 && Date.now() >= t - 5); });`;
  const { pid, ahead } = teller(process.execPath, "-e", busy + NODE);
  await ahead();
  const clock = patched(pid);
  for (let n = 0; n < 1_000; n += 1) expect(setOffset(clock, BigInt(n) * 1_000_000_000n)).toBe(true);
  setOffset(clock, 0n);
  expect(Math.abs(await ahead())).toBeLessThan(200);
});

test("a stopped process is patched, and stays stopped", async () => {
  const { pid, ahead } = tellers.node();
  await ahead();
  process.kill(pid, "SIGSTOP");
  await expect.poll(() => taskStates(pid).every((state) => state === "T")).toBe(true);
  setOffset(patched(pid), HOURS);
  expect(taskStates(pid).every((state) => state === "T")).toBe(true);
  process.kill(pid, "SIGCONT");
  expect(Math.abs((await ahead()) - Number(HOURS) / 1e6)).toBeLessThan(200);
});

test("another program in the same process is not taken for it, nor one that is no more", async () => {
  const { pid, ahead, child } = teller(
    "perl",
    "-e",
    `$| = 1; <STDIN>; print "0\\n"; <STDIN>; exec "sleep", "60"`,
  );
  await ahead();
  const clock = patched(pid);
  child.stdin?.write("\n");
  await expect.poll(() => offsetOf(clock)).toBeUndefined();
  expect(setOffset(clock, HOURS)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(patch(pid)).toBeUndefined();
  expect(setOffset(clock, HOURS)).toBe(false);
  expect(offsetOf(clock)).toBeUndefined();
});
