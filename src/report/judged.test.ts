import { expect, it } from "vitest";
import { nanos, type HistoryEvent } from "../history/event.js";
import { makeDocument } from "./document.js";
import { headline } from "./headline.js";
import { judgedAlone, wasCutShort } from "./judged.js";
import { resultText } from "./result.js";
import { sampleDocument, VIOLATED } from "./testing/document.js";
import { captured } from "./testing/output.js";
import { sampleEnvironment, samplePlan } from "./testing/samples.js";

const end = (value?: unknown): HistoryEvent => ({
  time: nanos(9),
  process: "run",
  type: "info",
  f: "end",
  ...(value !== undefined && { value }),
});

it("a run was cut short if its last words say so, or if it had none", () => {
  expect(wasCutShort([])).toBe(true);
  expect(wasCutShort([end({ interrupted: true })])).toBe(true);
  expect(wasCutShort([end({ interrupted: false })])).toBe(false);
  expect(wasCutShort([end()])).toBe(false);
});

it("a history alone tells of its run what it knows, and nothing else", () => {
  const plan = samplePlan();
  const judged = judgedAlone(VIOLATED, { events: [end()], context: plan.judge, notes: [] });
  expect(judged.run).toEqual({
    backend: "etcd",
    version: "unknown",
    lock: "mutex",
    workload: "set",
    nemesis: "pause",
    fencing: "off",
    discipline: "trusting",
    ttlMs: 2_000,
    clients: 5,
    interrupted: false,
  });
  const text = resultText(judged, headline(judged), captured());
  expect(text).toMatch(/tested +etcd, mutex; 5 clients of workload set/);
  expect(text).not.toMatch(/unknown|undefined|again|report +/);
});

it("a document names the version that ran, or that was asked for, or says that nobody knows", () => {
  const version = (environment: typeof sampleEnvironment | null, asked: string | null): string => {
    const plan = samplePlan();
    const asking = { ...plan, backend: { ...plan.backend, version: asked } };
    return makeDocument(sampleDocument(), asking, environment, "x", { interrupted: false }).run.version;
  };
  expect(version(sampleEnvironment, "3.4")).toBe("3.4.23");
  expect(version(null, "3.4")).toBe("3.4");
  expect(version(null, null)).toBe("unknown");
});

it("a document says what was run and where its files are", () => {
  const plan = samplePlan({ pauses: false });
  const document = makeDocument(sampleDocument(), plan, null, "results/a", { interrupted: true });
  expect(document.run).toMatchObject({
    id: plan.runId,
    seed: 42,
    nemesis: "none",
    target: null,
    command: plan.command,
    interrupted: true,
  });
  expect(document.files).toMatchObject({ directory: "results/a", history: "results/a/history.jsonl" });
  expect(makeDocument(sampleDocument(), samplePlan(), null, "x", { interrupted: false }).run).toMatchObject({
    nemesis: "pause",
    target: "holder",
  });
});
