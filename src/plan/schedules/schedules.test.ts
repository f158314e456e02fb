import { describe, expect, it } from "vitest";
import { nemeses } from "../../../nemesis/index.js";
import { workloads } from "../../../workloads/index.js";
import { loadBackend } from "../../backends/index.js";
import { makePlan } from "../plan.js";
import { schedules } from "./index.js";

describe.each(Object.entries(schedules))("%s", (name, schedule) => {
  it("is a run that can be", async () => {
    const { options, faults } = schedule;
    expect(schedule.name).toBe(name);
    const backend = await loadBackend(options.backend ?? "");
    const plan = makePlan(
      { ...options, backend: options.backend ?? "", schedule: { name, faults }, seed: 1 },
      { backend, nemeses, workloads, runtime: "local", version: "0.0.0" },
    );
    expect(plan.faults).toHaveLength(faults.length);
    expect(plan.command).toContain(`--schedule ${name}`);
  });
});
