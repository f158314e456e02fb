import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LockjepsenError } from "../error.js";
import { nanos, processId, type ClientEvent } from "./event.js";
import { openRecorder } from "./recorder.js";

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-recorder-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

const event = (time: number, value?: unknown): ClientEvent => ({
  time: nanos(time),
  process: processId(0),
  client: "c1",
  type: "invoke",
  f: "write",
  lock: "lock-1",
  ...(value !== undefined && { value }),
});

test("every event is on disk, as a line of its own, when write returns", () => {
  const file = join(scratch(), "c1.jsonl");
  const recorder = openRecorder(file);
  recorder.write(event(1));
  expect(readFileSync(file, "utf8")).toBe(`${JSON.stringify(event(1))}\n`);
  recorder.write(event(2, "Grüße\n🔒"));
  recorder.close();
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.map((line) => (line === "" ? null : JSON.parse(line)))).toEqual([
    event(1),
    event(2, "Grüße\n🔒"),
    null,
  ]);
});

test("appends to what is there", () => {
  const file = join(scratch(), "c1.jsonl");
  for (const time of [1, 2]) {
    const recorder = openRecorder(file);
    recorder.write(event(time));
    recorder.close();
  }
  expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(2);
});

test("a place where nothing can be recorded is told with its mend", () => {
  try {
    openRecorder(join(scratch(), "missing", "c1.jsonl"));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(LockjepsenError);
    expect(error).toMatchObject({ code: "environment", hint: expect.stringContaining("--output") });
  }
});

// /dev/full answers every write with ENOSPC, as a full disk does.
test("a full disk is told, and nothing is recorded after it any more", () => {
  const recorder = openRecorder("/dev/full");
  const full = expect.objectContaining({
    code: "environment",
    message: "the disk is full: cannot record into /dev/full",
  });
  for (const time of [1, 2]) {
    let thrown: unknown;
    try {
      recorder.write(event(time));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toEqual(full);
  }
  recorder.close();
});
