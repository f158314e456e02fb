import { expect, test } from "vitest";
import { faultChecks } from "./doctor-faults.js";
import { checkRows } from "./doctor.js";

test("a fault is what of it can be done here, and how to mend the rest", () => {
  const missing = { reason: "iptables not found", mend: "apt-get install iptables" };
  expect(
    faultChecks({
      pause: { stop: true, freeze: { reason: "no freezer", mend: "mount it" } },
      partition: { isolate: missing, halves: missing },
      kill: { restart: true },
    }),
  ).toEqual([
    { name: "fault pause", status: "warn", detail: "stop; not freeze: no freezer", mend: "mount it" },
    {
      name: "fault partition",
      status: "warn",
      detail: "not isolate, halves: iptables not found",
      mend: "apt-get install iptables",
    },
    { name: "fault kill", status: "ok", detail: "restart" },
  ]);
});

test("how to mend something is said once", () => {
  const missing = { reason: "no rights", mend: "take root" };
  const checks = faultChecks({ pause: { stop: missing }, block: { wait: missing }, kill: { restart: true } });
  expect(checkRows(checks)).toEqual([
    ["fault pause", "not stop: no rights. To mend it: take root"],
    ["fault block", "not wait: no rights (see above)"],
    ["fault kill", "restart"],
  ]);
});
