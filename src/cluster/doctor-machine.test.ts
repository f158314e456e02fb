import { expect, test } from "vitest";
import { cores, memory, nodeVersion, system } from "./doctor-machine.js";

test.each([
  ["20.19.0", "ok"],
  ["20.18.3", "fail"],
  ["21.7.0", "fail"],
  ["22.12.0", "ok"],
  ["22.11.0", "fail"],
  ["23.5.0", "fail"],
  ["24.0.0", "ok"],
])("Node %s: %s", (version, status) => expect(nodeVersion(version).status).toBe(status));

test.each([
  ["linux", "x64", "ok"],
  ["linux", "arm64", "warn"],
  ["darwin", "arm64", "warn"],
  ["win32", "x64", "fail"],
])("%s %s: %s", (platform, arch, status) => expect(system(platform, arch).status).toBe(status));

test("whatever is not ok says how to mend it", () => {
  const checks = [
    nodeVersion("18.0.0"),
    system("win32"),
    memory("MemAvailable: 1000 kB"),
    cores(1),
    memory(""),
  ];
  expect(checks.map(({ status }) => status)).toEqual(["fail", "fail", "warn", "warn", "warn"]);
  expect(checks.every(({ mend }) => mend)).toBe(true);
});

test("memory is what is available, not what is free", () =>
  expect(memory("MemTotal: 16000000 kB\nMemFree: 1000 kB\nMemAvailable: 8388608 kB\n")).toEqual({
    name: "free memory",
    status: "ok",
    detail: "8192 MiB",
  }));
