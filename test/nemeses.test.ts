/** Whole runs under the faults of processes and clocks: what each shows of a lock, and what it must not. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { HistoryEvent, NemesisEvent } from "../src/history/event.js";
import type { VerdictDocument } from "../src/report/types.js";
import { runJson, scratch } from "./support/cli.js";
import { controlGroups, namespacesNaming, nothingStays } from "./support/cluster.js";

const output = scratch(afterAll);

async function run(...args: string[]): Promise<VerdictDocument> {
  const { document } = await runJson([...args, "--output", output]);
  return document;
}

const faultsOf = ({ faults }: VerdictDocument): readonly string[] =>
  faults.map(({ name, verified, evidence }) => `${name} ${verified ? "ok" : "fail"}: ${evidence}`);

const overlapsOf = ({ findings }: VerdictDocument): readonly string[] =>
  findings.flatMap(({ kind, cause, expected }) =>
    kind === "overlap" ? [`${cause}${expected ? "" : ", broken"}`] : [],
  );

const historyOf = ({ files }: VerdictDocument): readonly HistoryEvent[] =>
  readFileSync(files.history, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as HistoryEvent);

describe.concurrent("a whole run", () => {
  const toTheRead = ["-b", "redis", "--lock", "fenced", "-n", "pause", "--fault", "pause.thaw=next-read"];

  test("a holder woken when the next one has read: fencing writes alone loses its update", async () => {
    const document = await run(...toTheRead, "--fencing", "writes", "--duration", "9s");
    expect(faultsOf(document)[0]).toMatch(/^pause ok: .* in state T/);
    expect(document.counts).toMatchObject({ "lost-update": expect.any(Number) });
  });

  test("and fencing reads as well does not", async () => {
    const document = await run(...toTheRead, "--fencing", "on", "--duration", "9s");
    expect(document.counts).toEqual({});
    expect(document.fence?.refused).toBeGreaterThan(0);
  });

  test("a client's event loop blocked: its lease is outlived, and the record stays whole", async () => {
    const document = await run("-b", "redis", "-n", "block", "--duration", "8s");
    expect(faultsOf(document)[0]).toMatch(/^block ok: .* did not answer for 100 ms/);
    expect(new Set(overlapsOf(document))).toEqual(new Set(["outlived-lease"]));
    expect(document.brokenPromises).toBe(0);
  });

  test("redis by a clock that jumps: the service let two in, as its documentation says", async () => {
    const clock = ["--fault", "clock.offset=10s", "--hold", "500ms-1500ms"];
    const document = await run("-b", "redis", "-n", "clock", ...clock, "--duration", "9s");
    expect(faultsOf(document)[0]).toMatch(/^clock ok: n1: says itself that it is (10\.0 s|9\d{3} ms) ahead/);
    expect(new Set(overlapsOf(document))).toEqual(new Set(["service"]));
    expect(document.brokenPromises).toBe(0);
  });

  test.each(["all", "clients"])(
    "etcd under clocks set by ten hours, of %s: nothing at all",
    async (target) => {
      const clock = ["--fault", "clock.offset=-10h", "--interval", "2s", "--fault-duration", "1s-2s"];
      const document = await run(
        "-b",
        "etcd",
        "-n",
        "clock",
        "--target",
        target,
        ...clock,
        "--duration",
        "9s",
      );
      expect(
        faultsOf(document).filter((fault) => fault.startsWith("clock ok")).length,
      ).toBeGreaterThanOrEqual(2);
      expect(document.findings).toEqual([]);
      // No call of a client fails by a clock that nobody but itself should ask.
      const open = historyOf(document).filter(({ type, f }) => type === "info" && f === "acquire");
      expect(open).toEqual([]);
    },
  );

  test("etcd whose session is ended: told as such", async () => {
    const document = await run("-b", "etcd", "-n", "session", "--interval", "2s", "--duration", "9s");
    expect(faultsOf(document)[0]).toMatch(/^session ok: .*lease \d+ revoked/);
    const events = historyOf(document);
    const ended = events.find(
      ({ process, type, f }) => process === "nemesis" && type === "ok" && f === "session",
    );
    expect(events).toContainEqual(
      expect.objectContaining({ f: "acquire", type: "ok", session: (ended as NemesisEvent).session }),
    );
    const others = overlapsOf(document).filter((cause) => cause !== "session-lost");
    expect(others).toEqual([]);
  });

  test("a client that is killed for good leaves a lock that is free again", async () => {
    const document = await run("-b", "redis", "-n", "kill:stay", "--duration", "6s");
    expect(faultsOf(document)).toEqual([expect.stringMatching(/^kill ok: .*1 killed, none left/)]);
    expect(document.counts).toEqual({});
    const exits = historyOf(document).filter(({ f }) => f === "client-exit");
    expect(exits).toHaveLength(1);
  });

  test.each(["redlock-clock-jump", "redlock-amnesia"])(
    "--schedule %s: two holders, as expected",
    async (name) => {
      const document = await run("--schedule", name);
      expect(new Set(overlapsOf(document))).toEqual(new Set(["service"]));
      expect(document.brokenPromises).toBe(0);
    },
  );

  test("--schedule postgres-token-crash: one token twice; drawn beside, never", async () => {
    const document = await run("--schedule", "postgres-token-crash");
    expect(document.counts).toMatchObject({ "token-order": 1 });
    const beside = await run("--schedule", "postgres-token-crash", "--lock", "row");
    expect(beside.counts).toEqual({});
    expect(beside.updates.lost).toBe(0);
  });

  test("whatever comes, one over the other: all of it healed, and nothing left", async () => {
    const soon = ["--overlap", "--interval", "1s", "--fault-duration", "500ms-1500ms"];
    const document = await run("-b", "redis", "-n", "all", ...soon, "--duration", "10s", "--seed", "7");
    expect(document.faults.length).toBeGreaterThanOrEqual(6);
    const healed = historyOf(document).filter(({ type, f }) => f === "heal" && type === "ok");
    expect(healed).toHaveLength(document.faults.filter(({ verified }) => verified).length);
    expect(document.counts).not.toHaveProperty("unrecovered");
    expect(namespacesNaming(document.run.id)).toEqual([]);
    await nothingStays(controlGroups);
  });
});
