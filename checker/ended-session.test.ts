/** Whom nobody may accuse: a service that let the next one in when a session had been ended. */
import { expect, test } from "vitest";
import { check } from "./index.js";
import type { Finding } from "./types.js";
import { seconds } from "./testing/actor.js";
import { scenario } from "./testing/scenario.js";

interface Told {
  /** When c2 is told OK; c1 is at 0.7 s. */
  readonly c2?: number;
  readonly tokens?: { readonly c1: number; readonly c2: number };
  /** Of c1's grant. */
  readonly session?: string;
  /** When the session s1 of c1 is ended. */
  readonly ended?: number;
  /** A session of c2 is ended at 0.3 s, too. */
  readonly both?: true;
}

/** c1 and c2 both hold until 3 s, and a fault ends a session of c1. */
function overlap({ c2 = 0.9, tokens, session, ended = 0.3, both }: Told): Finding | undefined {
  const tells = scenario();
  tells.fault("session", ["c1"], ended, 1.3, { session: "s1" });
  if (both) tells.fault("session", ["c2"], 0.3, 1.3);
  const grant = (client: "c1" | "c2") => ({ until: 4, ...(tokens && { token: tokens[client] }) });
  const first = tells.client("c1").acquire(0.1, 0.7, { ...grant("c1"), ...(session && { session }) });
  first.release(3, 3.1);
  tells.client("c2").acquire(0.2, c2, grant("c2")).release(3.2, 3.3);
  tells.end(6);
  return check(tells.history()).findings.find(({ kind }) => kind === "overlap");
}

test("ended while the word that it was granted was on its way: the next one was let in rightly", () => {
  expect(overlap({})).toMatchObject({ cause: "session-lost", expected: true });
  expect(overlap({ session: "s1" })?.cause).toBe("session-lost");
});
test("also where the next one heard of its grant first", () => {
  const found = overlap({ c2: 0.5 });
  expect(found).toMatchObject({ cause: "session-lost", severity: "note" });
  expect(found?.grants?.map(({ client }) => client)).toEqual(["c1", "c2"]);
  expect(found?.explanation).toContain("The session of c1 had been ended");
});
test("where both were ended, who was told first is the earlier one", () => {
  const found = overlap({ c2: 0.5, both: true });
  expect(found?.cause).toBe("session-lost");
  expect(found?.grants?.map(({ client }) => client)).toEqual(["c2", "c1"]);
});
test("but not where tokens show that the other was granted the lock first", () => {
  expect(overlap({ c2: 0.5, tokens: { c1: 41, c2: 42 } })?.cause).toBe("session-lost");
  expect(overlap({ c2: 0.5, tokens: { c1: 42, c2: 41 } })?.cause).toBe("service");
});
test("of another session it excuses nothing", () =>
  expect(overlap({ session: "s2" })?.cause).toBe("service"));
test("before the lock was asked for it excuses nothing", () =>
  expect(overlap({ ended: 0.05 })?.cause).toBe("service"));
test("when both had been told OK it excuses nothing", () =>
  expect(overlap({ ended: 1 })?.cause).toBe("service"));

test.each([
  ["visible", "outlived-lease"],
  // Nobody knows that it was over.
  ["hidden", "session-lost"],
] as const)(
  "nor when its lease was over already, as renewals that are %s show: that is %s",
  (renewals, cause) => {
    const tells = scenario({ promises: { renewals } });
    tells.fault("session", ["c1"], 2.5, 3.5, { session: "s1" });
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1, session: "s1" }).release(4, 4.1, "not-held");
    tells.client("c2").acquire(2.7, 2.8, { until: 4.7 }).release(3.5, 3.6);
    tells.end(9);
    expect(check(tells.history()).causes).toEqual({ [cause]: 1 });
  },
);

/** The session of c1 is ended at 1 s, c2 is granted the lock at 1.5 s; c1 asks for a renewal, and is told that it is good. */
function renewed(sent: number): Readonly<Record<string, number>> {
  const tells = scenario();
  tells.fault("session", ["c1"], 1, 2);
  tells
    .client("c1")
    .acquire(0.1, 0.2, { until: 2.1 })
    .renew(sent, 1.9, sent + 2)
    .release(3, 3.1, "not-held");
  tells.client("c2").acquire(1.3, 1.5, { until: 3.4 }).release(2.5, 2.6);
  tells.end(9);
  return check(tells.history()).causes;
}
test("a service that promises the lock anew when it has ended the session is bound by that", () => {
  expect(renewed(0.9)).toEqual({ "session-lost": 1 });
  // Sent as the service had answered that the session is ended.
  expect(renewed(1)).toEqual({ service: 1 });
  expect(renewed(1.2)).toEqual({ service: 1 });
  expect(renewed(1.8)).toEqual({ service: 1 });
});

/** c1 is frozen from 1 s to 3.5 s, c2 is granted the lock at 1.5 s, and only then a fault ends the connection of c1. */
function endedAfterwards(session: string): Readonly<Record<string, number>> {
  const tells = scenario({ promises: { lease: "connection", renewals: "none" } });
  tells.fault("pause", ["c1"], 1, 3.5);
  tells.fault("session", ["c1"], 3, 4, { session });
  tells.client("c1").acquire(0.1, 0.2, { session: "s1" }).lost(3.6).release(4, 4.1, "not-held");
  tells.client("c2").acquire(1.3, 1.5).release(2.5, 2.6);
  tells.end(9);
  return check(tells.history()).causes;
}
test("a connection that a fault ended later on had stood until then: the service is to blame", () => {
  expect(endedAfterwards("s1")).toEqual({ service: 1 });
  expect(endedAfterwards("s2")).toEqual({ "session-lost": 1 });
});

/** Nobody answered that the session of c1 was ended; c2 is granted the lock while the lease of c1 is good. */
function triedOn({ session = "s1", from = 0.5, renewed = false } = {}): Finding | undefined {
  const tells = scenario();
  const fault = {
    process: "nemesis",
    fault: "f1",
    nemesis: "session",
    target: "holder",
    f: "session",
  } as const;
  tells.note({ ...fault, time: seconds(from), type: "invoke" });
  tells.note({
    ...fault,
    time: seconds(from + 0.5),
    type: "info",
    nodes: ["c1"],
    session,
    from: seconds(from),
    error: "no answer",
  });
  const first = tells.client("c1").acquire(0.1, 0.2, { until: 2.1, session: "s1" });
  if (renewed) first.renew(1.1, 1.15, 3.1);
  first.release(3, 3.1, "not-held");
  tells.client("c2").acquire(1.2, 1.3, { until: 3.2 }).release(2, 2.1);
  tells.end(9);
  return check(tells.history()).findings.find(({ kind }) => kind === "overlap");
}
test("where nobody answered that a session was ended, it may have been: nobody knows", () => {
  expect(triedOn()?.cause).toBe("undetermined");
  expect(triedOn()?.explanation).toContain("at 0.500 s the fault f1 asked for the end of the session of c1");
  expect(triedOn({ session: "s2" })?.cause).toBe("service");
  expect(triedOn({ from: 1.3 })?.cause).toBe("service");
});
test("also if it was renewed since: it may have been ended after that", () =>
  expect(triedOn({ renewed: true })?.cause).toBe("undetermined"));
