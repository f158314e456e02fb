import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Host } from "../cluster/types.js";
import { processId } from "../history/event.js";
import { startCrew } from "./crew.js";
import type { FromWorker, ToWorker, WorkerConfig } from "./protocol.js";

/** A client's process that does nothing by itself. */
class FakeProcess extends EventEmitter {
  readonly heard: ToWorker["kind"][] = [];
  connected = true;
  send(message: ToWorker): void {
    this.heard.push(message.kind);
  }
  says(message: FromWorker): void {
    this.emit("message", message);
  }
  dies(code: number | null, signal: NodeJS.Signals | null): void {
    this.connected = false;
    this.emit("exit", code, signal);
  }
}

/** A crew whose processes are ours to move: `processes[client]` are those that it was started as. */
function fakeCrew(count: number) {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-crew-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const processes: FakeProcess[][] = Array.from({ length: count }, () => []);
  const hosts = processes.map((own, index) => ({
    name: `c${index + 1}`,
    role: "client" as const,
    address: "",
    pids: () => [],
    exec: () => Promise.reject(new Error("no network")),
    spawn() {
      own.push(new FakeProcess());
      return own.at(-1) as unknown as ReturnType<Host["spawn"]>;
    },
  }));
  const crew = startCrew({
    hosts,
    config: (index) =>
      ({
        client: `c${index + 1}`,
        file: join(directory, `c${index + 1}.jsonl`),
        firstProcess: processId(index),
        stride: count,
        locks: ["lock-1", "lock-2"],
      }) as unknown as WorkerConfig,
  });
  onTestFinished(() => crew.close());
  return { crew, processes };
}

const only = (processes: readonly FakeProcess[] | undefined, nth: number): FakeProcess => {
  const process = processes?.[nth];
  if (!process) throw new Error(`no process ${nth}`);
  return process;
};

test("a client that is killed has everything to do again, once it is there", () => {
  const { crew, processes } = fakeCrew(1);
  only(processes[0], 0).says({ kind: "ready" });
  crew.start(0n);
  void crew.drain(1_000);
  only(processes[0], 0).dies(null, "SIGKILL");
  void crew.finish(1_000); // in its absence
  const second = only(processes[0], 1);
  expect(second.heard).toEqual(["config"]);
  second.says({ kind: "ready" });
  expect(second.heard).toEqual(["config", "start", "drain", "finish"]);
});

test("one killed again while it comes back is started once more", async () => {
  const { crew, processes } = fakeCrew(1);
  let failure: unknown;
  crew.failed.catch((error: unknown) => (failure = error));
  only(processes[0], 0).says({ kind: "ready" });
  only(processes[0], 0).dies(null, "SIGKILL");
  only(processes[0], 1).dies(null, "SIGKILL");
  expect(processes[0]).toHaveLength(3);
  await Promise.resolve();
  expect(failure).toBeUndefined();
  only(processes[0], 2).dies(1, null); // ends by itself: it never will be there
  await expect(crew.failed).rejects.toThrow("c1 did not start (exit code 1)");
});

test("the last words of a dead process are not its successor's", async () => {
  const { crew, processes } = fakeCrew(1);
  const first = only(processes[0], 0);
  first.says({ kind: "ready" });
  crew.start(0n);
  const drained = crew.drain(1_000);
  first.dies(null, "SIGKILL");
  first.says({ kind: "stats", grants: 7 });
  first.says({ kind: "drained" });
  expect(crew.grants()).toBe(0);
  const second = only(processes[0], 1);
  second.says({ kind: "ready" });
  second.says({ kind: "drained" });
  expect(await drained).toEqual([]);
});

test("a client that is stuck is not waited for twice, and others look at its locks", async () => {
  const { crew, processes } = fakeCrew(2);
  for (const own of processes) only(own, 0).says({ kind: "ready" });
  crew.start(0n);
  const drained = crew.drain(10);
  only(processes[1], 0).says({ kind: "drained" });
  expect(await drained).toEqual(["c1"]);
  const finished = crew.finish(60_000);
  only(processes[1], 0).says({ kind: "finished" });
  expect(await finished).toEqual([]);
  expect(only(processes[0], 0).heard).not.toContain("finish");
});

test("a client that is held back comes again when it may, and its end is no accident", () => {
  const { crew, processes } = fakeCrew(1);
  const ends: boolean[] = [];
  crew.onExit((_, { ours }) => ends.push(ours));
  only(processes[0], 0).says({ kind: "ready" });
  const letStart = crew.holdBack("c1");
  only(processes[0], 0).dies(null, "SIGKILL");
  expect(processes[0]).toHaveLength(1);
  letStart();
  letStart();
  expect(processes[0]).toHaveLength(2);
  only(processes[0], 1).says({ kind: "ready" });
  only(processes[0], 1).dies(null, "SIGKILL");
  expect(processes[0]).toHaveLength(3);
  expect(ends).toEqual([true, false]);
});

test("what a client is asked fails when it does not answer, or ends before", async () => {
  const { crew, processes } = fakeCrew(1);
  const first = only(processes[0], 0);
  await expect(crew.ask("c1", { what: "beat" }, 10)).rejects.toThrow("c1 is not there");
  first.says({ kind: "ready" });
  await expect(crew.ask("c1", { what: "beat" }, 10)).rejects.toThrow("c1 did not answer");
  const clock = crew.ask("c1", { what: "clock" }, 10_000);
  first.says({ kind: "answer", n: 2, value: 42 });
  expect(await clock).toBe(42);
  const ended = crew.ask("c1", { what: "clock" }, 10_000);
  first.dies(null, "SIGKILL");
  await expect(ended).rejects.toThrow("c1 ended");
});
