import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { counterIn } from "./traffic.js";

test("a counter is found by its name, in whichever protocol's lines", () => {
  const netstat =
    "TcpExt: SyncookiesSent TCPOrigDataSent\nTcpExt: 3 41\nIpExt: InOctets OutOctets\nIpExt: 5 6\n";
  expect(counterIn(netstat, "TCPOrigDataSent")).toBe(41);
  expect(counterIn(netstat, "OutOctets")).toBe(6);
  expect(counterIn(netstat, "Missing")).toBeNull();
  expect(counterIn(readFileSync("/proc/self/net/netstat", "utf8"), "TCPOrigDataSent")).toBeTypeOf("number");
});
