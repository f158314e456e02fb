import { expect, test } from "vitest";
import { tellingLine } from "./logs.js";

test.each([
  ["nothing", "", null],
  ["blank lines and rules", "\n\n  \n-----\n", null],
  ["the last line", "starting\nlistening on 2379\n", "listening on 2379"],
  [
    "trouble, over what is said after it",
    "bind: address already in use\nbye\n",
    "bind: address already in use",
  ],
  [
    "the message of a structured line",
    '{"level":"info","msg":"up"}\n{"level":"fatal","ts":"1","msg":"discovery failed","error":"no such host"}\n',
    "fatal: discovery failed: no such host",
  ],
  [
    "a crash's reason, over its stack",
    "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x1d\n",
    "panic: runtime error: index out of range",
  ],
  [
    "no names of functions in a stack",
    '{"level":"panic","msg":"failed to create WAL","error":"no space left on device"}\npanic: failed to create WAL\n\ngoroutine 1 [running]:\ngo.uber.org/zap.(*Logger).Panic(0xc00026e7e0?, {0x102c41d?, 0x31?})\n\t/go/zap/logger.go:230 +0x5a\n',
    "panic: failed to create WAL",
  ],
  [
    "words, whatever colour they come in",
    "\u001B[91mE\u001B[0m\u001B[91m: \u001B[0m\u001B[91mUnable to locate package x\n\u001B[0mRemoving\n",
    "E: Unable to locate package x",
  ],
  ["half a structured line", '{"level":"fatal","msg":"disc', '{"level":"fatal","msg":"disc'],
])("%s", (_, log, line) => expect(tellingLine(log)).toBe(line));

test("an endless line is cut", () => expect(tellingLine(`error ${"x".repeat(9_999)}`)?.length).toBe(300));
