/** Whom nobody may accuse: a service that let the next one in when a session had been ended. */
import { describe, expect, test } from "vitest";
import { check } from "./index.js";
import type { Finding } from "./types.js";
import { seconds } from "./testing/actor.js";
import { scenario, type Scenario } from "./testing/scenario.js";

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

interface Tried {
  readonly session?: string;
  readonly from?: number;
  readonly by?: number;
  readonly renewed?: number;
  /** Of the next grant of the same session, at another lock; by the same process. */
  readonly asked?: number;
  readonly process?: number;
  /** Until when a server is frozen, and maybe what it was asked. */
  readonly frozen?: number;
  /** Whether the grants of c1 tell of their session. */
  readonly named?: boolean;
  /** By how much all else comes later. */
  readonly later?: number;
}

/** Nobody answered that the session of c1 was ended; c2 is granted the lock at 1.3 s, while the lease of c1 is good. */
function triedOn({
  session = "s1",
  from = 0.5,
  by = 1,
  renewed,
  asked,
  process,
  frozen,
  later = 0,
  named = true,
}: Tried = {}): Finding | undefined {
  const tells = scenario();
  tryToEnd(tells, session, from, by);
  if (frozen !== undefined) tells.fault("pause", ["n1"], 0.1, frozen);
  const its = named ? { session: "s1" } : {};
  const first = tells.client("c1").acquire(0.1 + later, 0.2 + later, { until: 2.1 + later, ...its });
  if (renewed !== undefined) first.renew(renewed, renewed + 0.1, renewed + 2);
  if (asked !== undefined) {
    const other = (process === undefined ? first : first.next(process)).at("lock-2");
    other.acquire(asked, asked + 0.1, { until: asked + 2, ...its }).release(2.9, 2.95);
  }
  first.release(3 + later, 3.1 + later, "not-held");
  tells
    .client("c2")
    .acquire(1.2 + later, 1.3 + later, { until: 3.2 + later })
    .release(2 + later, 2.1 + later);
  tells.end(9 + later);
  return check(tells.history()).findings.find(({ kind }) => kind === "overlap");
}
function tryToEnd(tells: Scenario, session: string, from: number, by: number): void {
  const fault = {
    process: "nemesis",
    fault: "end",
    nemesis: "session",
    target: "holder",
    f: "session",
  } as const;
  const more = { nodes: ["c1"], session, from: seconds(from), error: "no answer" };
  tells.note({ ...fault, time: seconds(from), type: "invoke" });
  tells.note({ ...fault, time: seconds(by), type: "info", ...more });
}
describe("where nobody answered that a session was ended", () => {
  test("it may have been: nobody knows", () => {
    expect(triedOn()?.cause).toBe("undetermined");
    expect(triedOn()?.explanation).toContain(
      "at 0.500 s the fault end asked for the end of the session of c1",
    );
    expect(triedOn({ session: "s2" })?.cause).toBe("service");
    expect(triedOn({ from: 1.3, by: 1.4 })?.cause).toBe("service");
  });
  test("also if it was renewed since: it may have been ended after that", () =>
    expect(triedOn({ renewed: 1.1 })?.cause).toBe("undetermined"));
  test("not if it was renewed after the other was told", () => {
    expect(triedOn({ renewed: 1.29 })?.cause).toBe("undetermined");
    expect(triedOn({ renewed: 1.3 })?.cause).toBe("service");
    expect(triedOn({ renewed: 1.3, named: false })?.cause).toBe("service");
    expect(triedOn({ asked: 1.3, named: false })?.cause).toBe("undetermined");
  });
  test("nor if it was asked for when that could be under way no more", () => {
    const asked = { later: 20, from: 9.5 };
    expect(triedOn({ ...asked, by: 9.8 })?.cause).toBe("service");
    expect(triedOn({ ...asked, by: 9.801 })?.cause).toBe("undetermined");
    // What a server has not read by then is sent again as long after.
    expect(triedOn({ ...asked, by: 9.7, frozen: 9.8 })?.cause).toBe("service");
    expect(triedOn({ ...asked, by: 9.7, frozen: 9.801 })?.cause).toBe("undetermined");
  });
  test("nor if another lock was granted to it", () => {
    expect(triedOn({ asked: 1.2 })?.cause).toBe("undetermined");
    expect(triedOn({ asked: 1.3 })?.cause).toBe("service");
  });
  test("which shows nothing if its client had gone on, and had the same name for another", () =>
    expect(triedOn({ asked: 3.2, process: 11 })?.cause).toBe("undetermined"));
});

describe("a connection that was lost, and before it a fault had asked in vain for its end,", () => {
  /** c1 is frozen from 1 s to 3.5 s, c2 is granted the lock at 1.5 s; c1 notices at 3.6 s. */
  const cause = (from: number, more: { readonly pause?: false } = {}): Finding["cause"] => {
    const tells = scenario({ promises: { lease: "connection", renewals: "none" } });
    if (more.pause !== false) tells.fault("pause", ["c1"], 1, 3.5);
    tryToEnd(tells, "s1", from, from + 0.1);
    tells.client("c1").acquire(0.1, 0.2, { session: "s1" }).lost(3.6).release(4, 4.1, "not-held");
    tells.client("c2").acquire(1.3, 1.5).release(2.5, 2.6);
    tells.end(9);
    return check(tells.history()).findings.find(({ kind }) => kind === "overlap")?.cause;
  };
  test("may have been lost before the other was granted the lock, or by that", () => {
    expect(cause(3)).toBe("undetermined");
    expect(cause(3.6)).toBe("session-lost");
  });
  test("was not lost before, where nothing kept its client from noticing", () =>
    expect(cause(3, { pause: false })).toBe("service"));
  test("had stood, if it was answered on it afterwards, and not on another", () => {
    const answered = (lost: boolean, error?: string): Readonly<Record<string, number>> => {
      const tells = scenario({ promises: { lease: "connection", renewals: "none" } });
      tryToEnd(tells, "s1", 1, 1.1);
      const c1 = tells.client("c1").acquire(0.1, 0.2, { session: "s1" });
      if (lost) c1.lost(3);
      c1.release(4, 4.1, error);
      tells.client("c2").acquire(1.3, 1.5).release(2.5, 2.6);
      tells.end(9);
      return check(tells.history()).causes;
    };
    expect(answered(false)).toEqual({ service: 1 });
    expect(answered(true)).toEqual({ undetermined: 1 });
    expect(answered(false, "no answer")).toEqual({ undetermined: 1 });
  });
  test("is no connection where a lease holds the lock: an answer then shows nothing", () => {
    const tells = scenario();
    tryToEnd(tells, "s1", 1, 1.1);
    tells.client("c1").acquire(0.1, 0.2, { session: "s1", until: 2.1 }).release(4, 4.1);
    tells.client("c2").acquire(1.3, 1.5, { until: 3.5 }).release(2.5, 2.6);
    tells.end(9);
    expect(check(tells.history()).causes).toEqual({ undetermined: 1 });
  });
});

test("a renewal of an ended session that was carried out nobody knows when binds from its answer", () => {
  const causes = (answered: number, until = 3.2): Readonly<Record<string, number>> => {
    const tells = scenario();
    tells.fault("session", ["c1"], 1, 2);
    const c1 = tells.client("c1").acquire(0.1, 0.2, { until: 2.1 });
    c1.renew(1.2, answered, until).release(3.5, 3.6, "not-held");
    tells.client("c2").acquire(1.3, 1.5, { until: 3.4 }).release(2.5, 2.6);
    tells.end(9);
    return check(tells.history()).causes;
  };
  expect(causes(2.49)).toEqual({ service: 1 });
  expect(causes(2.5)).toEqual({ "session-lost": 1 });
  // Over as the other was told.
  expect(causes(1.4, 1.51)).toEqual({ service: 1 });
  expect(causes(1.4, 1.5)).toEqual({ "session-lost": 1 });
});

test.each([
  ["kill", "n1", 2, ["n1"], "session-lost"],
  ["kill", "n1", 2, ["n1", "n2"], "undetermined"],
  ["kill", "c2", 2, ["n1"], "undetermined"],
  // As it was granted, or before; as the other was told, or after.
  ["kill", "n1", 0.1, ["n1"], "undetermined"],
  ["kill", "n1", 0.2, ["n1"], "undetermined"],
  ["kill", "n1", 3, ["n1"], "undetermined"],
  ["kill", "n1", 3.1, ["n1"], "undetermined"],
  ["pause", "n1", 2, ["n1"], "undetermined"],
  [null, "n1", 2, ["n1"], "service"],
] as const)("a holder that was cut off, %s of %s at %d s, of %j", (name, node, from, servers, cause) => {
  const tells = scenario({ promises: { lease: "connection", renewals: "none" }, servers });
  if (name) tells.fault("partition", ["c1"], 1, 4.5);
  if (name) tells.fault(name, [node], from, from + 0.5);
  // It listens no more when it has asked.
  tells.client("c1").acquire(0, 0.2, { token: 41 }).release(3.5, 8.5, "no answer");
  tells.client("c2").acquire(2.9, 3, { token: 42 }).release(4, 4.1);
  tells.end(12);
  const { findings, brokenPromises } = check(tells.history());
  expect(findings.find(({ kind }) => kind === "overlap")?.cause).toBe(cause);
  expect(brokenPromises).toBe(cause === "service" ? 1 : 0);
});
