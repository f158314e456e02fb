import { describe, expect, it } from "vitest";
import { factsOf } from "../../../../checker/facts/index.js";
import { sampleDocument } from "../../testing/document.js";
import { sampleEnvironment, samplePlan } from "../../testing/samples.js";
import { simulate } from "../../testing/simulate.js";
import { buildPayload } from "../build.js";
import type { Payload } from "../payload.js";
import { coversOf, makeModel, opName, outcome } from "./model.js";
import { describe as describeItem } from "./timeline/describe.js";

const plan = samplePlan({ durationMs: 12_000 });
const history = simulate(plan);
const facts = factsOf(history);
const built = buildPayload({ plan, environment: sampleEnvironment, history, document: sampleDocument() });
// As it arrives in the page.
const model = makeModel(JSON.parse(JSON.stringify(built)) as Payload);

const us = (ns: number): number => Math.round(ns / 1e3);

describe("a payload, made and read", () => {
  it("has every operation with all that was recorded of it", () => {
    expect(model.ops.at).toHaveLength(facts.operations.length);
    for (const [row, op] of facts.operations.entries()) {
      expect(model.ops.at[row]).toBe(us(op.invoke.time));
      expect(opName(model, row)).toBe(op.f);
      expect(outcome(model, row)).toBe(op.outcome);
      expect(model.payload.clients[model.ops.client[row] ?? -1]).toBe(op.client);
      const said = { ...op.invoke, ...op.completion };
      expect(model.text(model.ops.grant[row])).toBe(said.grant ?? "");
      expect(model.text(model.ops.token[row])).toBe(said.token ?? "");
      expect(model.ops.version[row]).toBe(said.version ?? -1);
      if (op.completion) expect(model.ops.until[row]).toBe(us(op.completion.time));
    }
  });

  it("has every grant as the judge sees it: its belief, and the times in which its lease was good", () => {
    expect(model.grants.from).toHaveLength(facts.grants.length);
    for (const [row, grant] of facts.grants.entries()) {
      expect(model.grantRow.get(grant.id)).toBe(row);
      expect(model.grants.from[row]).toBe(us(grant.from));
      expect(model.grants.to[row]).toBe(us(grant.to));
      const ends = coversOf(model, row).map(([, to]) => to);
      expect(ends).toEqual(grant.coverage.map(({ to }) => us(to)));
    }
    expect(facts.grants.some((grant) => grant.to > Math.max(...grant.coverage.map(({ to }) => to)))).toBe(
      true,
    );
  });

  it("has each write of the register, and what became of it", () => {
    const log = history.events.filter((event) => event.process === "register" && event.f === "write");
    expect(model.register.at).toHaveLength(log.length);
    const lost = model.register.fate.filter((fate) => fate === 2 || fate === 4).length;
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(log.length / 4);
  });

  it("can describe each of its items without a hole", () => {
    const items = [
      ...Array.from(model.ops.at, (_, row) => ({ kind: "op" as const, row })),
      ...model.grants.from.map((_, row) => ({ kind: "grant" as const, row })),
      ...Array.from(model.register.at, (_, row) => ({ kind: "write" as const, row })),
      ...Array.from(model.marks.at, (_, row) => ({ kind: "mark" as const, row })),
      ...model.faults.map((_, row) => ({ kind: "fault" as const, row })),
    ];
    for (const item of items) {
      const { title, rows } = describeItem(model, item);
      const text = [title, ...rows.flat()].join(" ");
      expect(text).not.toMatch(/undefined|NaN|null|Infinity|\?/);
      expect(rows.length).toBeGreaterThanOrEqual(2);
    }
  });
});
