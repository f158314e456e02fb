import { expect, test } from "vitest";
import { nanos } from "../../src/history/event.js";
import { check } from "../index.js";
import { scenario } from "../testing/scenario.js";

test("a plain DEL begins a chain: whose lock was freed frees the next one's, and no service is to blame", () => {
  const tells = scenario();
  const [c1, c2, c3, c4] = ["c1", "c2", "c3", "c4"].map((name) => tells.client(name));
  c1?.acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1); // long over: frees the lock of c2
  c2?.acquire(2.4, 2.5, { until: 4.4 }).release(3.3, 3.4); // frees the lock of c3
  c3?.acquire(3.1, 3.2, { until: 5.1 }).release(4, 4.1);
  c4?.acquire(3.4, 3.5, { until: 5.4 }).release(4.2, 4.3);
  tells.end(6);
  const { causes, counts } = check(tells.history());
  expect(causes).toEqual({ "foreign-release": 2, "outlived-lease": 1 });
  expect(counts["foreign-release"]).toBe(2);
});

/** c2 asks for the lock at `asked` and is told OK while the late release of c1 is under way, from 3 s to 3.2 s. */
function whileReleasing(asked: number, told: number): Readonly<Record<string, number>> {
  const tells = scenario({ promises: { renewals: "none" } });
  tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.2);
  tells.client("c2").acquire(asked, told, { until: 5 }).release(5.2, 5.3, "not-held");
  tells.client("c3").acquire(3.2, 3.4, { until: 5.4 }).release(4, 4.1);
  tells.end(6);
  return check(tells.history()).causes;
}

test("frees also the lock of one who was just being told of it, and no service is to blame", () => {
  expect(whileReleasing(2.9, 3.1)).toEqual({ "foreign-release": 1 });
  expect(whileReleasing(2.9, 3.3)).toEqual({ "foreign-release": 1 });
});
test.each([3.2, 3.3])(
  "frees no lock of one who was granted it after another who heard at %f s, no earlier than the answer",
  (told) => {
    const tells = scenario({ promises: { renewals: "none" } });
    tells.client("c1").acquire(0.1, 0.2, { token: 41, until: 2.1 }).release(3, 3.2);
    tells.client("c2").acquire(2.9, told, { token: 42, until: 5 }).release(3.4, 3.45);
    tells.client("c3").acquire(2.9, 3.5, { token: 43, until: 5 }).release(4, 4.1);
    tells.client("c4").acquire(3, 3.6, { token: 44, until: 5 }).release(4.2, 4.3);
    tells.end(6);
    const { causes, counts } = check(tells.history());
    expect(causes).toEqual({ service: 1 });
    expect(counts["foreign-release"]).toBeUndefined();
  },
);

test("frees each lock once: the next such release frees that of whoever was let in", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(5, 5.1);
  tells.client("c2").acquire(2.2, 2.3, { until: 4.2 }).release(6, 6.1);
  tells.client("c3").acquire(4.4, 4.5, { until: 9 }).release(8, 8.1, "not-held");
  tells.client("c4").acquire(5.1, 5.2, { until: 9 }).release(8, 8.1, "not-held");
  tells.client("c5").acquire(6.1, 6.2, { until: 9 }).release(8, 8.1);
  tells.end(10);
  const { findings } = check(tells.history());
  const victims = findings
    .filter(({ kind }) => kind === "foreign-release")
    .map(({ grants }) => grants?.map(({ client }) => client).join(" "));
  expect(victims).toEqual(["c1 c3 c4", "c2 c4 c5"]);
});

test("frees also a lock that had lapsed and was renewed since", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(4, 4.1);
  const c2 = tells.client("c2").acquire(2.4, 2.5, { until: 3 });
  c2.renew(3.5, 3.6, 6).release(5, 5.1, "not-held");
  tells.client("c3").acquire(4.1, 4.2, { until: 6.1 }).release(4.5, 4.6);
  tells.end(6);
  expect(check(tells.history()).causes).toEqual({ "outlived-lease": 1, "foreign-release": 1 });
});

test.each([3.2, 3.25])("frees no lock that was asked for at %f s, no earlier than its answer", (asked) =>
  expect(whileReleasing(asked, 3.3)).toEqual({ service: 1 }),
);

/** c1 releases when its lease is over, c2 is being told that it holds, and c3 is granted the lock after that. */
function nobodyFreed(
  lost: "session" | "connection" | "nothing",
  hidden = false,
): Readonly<Record<string, number>> {
  const lease = lost === "connection" ? ({ lease: "connection" } as const) : {};
  const tells = scenario({ promises: { ...lease, renewals: hidden ? "hidden" : "none" } });
  const until = (end: number) => (lost === "connection" ? {} : { until: end });
  if (lost === "session") tells.fault("session", ["c2"], 3.2, 4.2);
  tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
  const second = tells.client("c2").acquire(2.9, 3.05, until(5));
  if (lost === "connection") second.lost(3.3);
  second.release(3.8, 3.9, "not-held");
  tells.client("c3").acquire(3.3, 3.5, until(5.4)).release(4, 4.1);
  tells.end(9);
  const { causes, counts } = check(tells.history());
  return { ...causes, releases: counts["foreign-release"] ?? 0 };
}
test("whose session was ended lost its lock by that, and by nobody's release", () => {
  expect(nobodyFreed("nothing")).toEqual({ "foreign-release": 1, releases: 1 });
  expect(nobodyFreed("session")).toEqual({ "session-lost": 1, releases: 0 });
  expect(nobodyFreed("connection")).toEqual({ "session-lost": 1, releases: 0 });
});
test("where renewals are hidden, a releaser may have held until another was told", () =>
  expect(nobodyFreed("nothing", true)).toEqual({ service: 1, releases: 0 }));

test.each([
  [4.39, { "outlived-lease": 1, "foreign-release": 2 }],
  [4.4, { "outlived-lease": 2, "foreign-release": 1 }],
])(
  "lets in who is granted the lock while the victim's lease lasts: at %f s, of one until 4.4 s",
  (told, causes) => {
    const tells = scenario();
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
    tells.client("c2").acquire(2.4, 2.5, { until: 4.4 }).release(5, 5.1, "not-held");
    tells.client("c3").acquire(3.1, 3.2, { until: 5.1 }).release(4, 4.1);
    tells.client("c4").acquire(4.2, told, { until: 6.2 }).release(5.2, 5.3);
    tells.end(9);
    expect(check(tells.history()).causes).toEqual(causes);
  },
);

/** The session of c1 is ended while its lease is good; `released`: when it asks for the release, and is answered that it has. */
function expelled(released: number): Readonly<Record<string, number>> {
  const tells = scenario();
  tells.fault("session", ["c1"], 0.5, 1.5);
  tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(released, 1.3);
  tells.client("c2").acquire(0.7, 0.8, { until: 2.7 }).release(2, 2.1, "no answer");
  tells.client("c3").acquire(1.3, 1.4, { until: 3.3 }).release(1.8, 1.9);
  tells.end(9);
  return check(tells.history()).causes;
}
test("so is a release foreign by one whose session was ended, though its lease is good still", () =>
  expect(expelled(1.2)).toEqual({ "session-lost": 1, "foreign-release": 1 }));

test("of two that were let in while it was being robbed the second was not let in by what robbed the first", () => {
  const tells = scenario();
  tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
  tells.client("c2").acquire(2.4, 2.5, { until: 4.4 }).release(4.3, 4.35, "not-held");
  tells.client("c3").acquire(3.1, 3.2, { until: 5.2 }).release(4.6, 4.7);
  tells.client("c4").acquire(3.7, 3.8, { until: 5.8 }).release(4.8, 4.9);
  tells.end(9);
  expect(check(tells.history()).causes).toEqual({
    "outlived-lease": 1,
    "foreign-release": 2,
    service: 1,
  });
});

test.each([
  ["before that was asked for", 2.9, 3],
  ["as that was asked for", 3, 3],
])("by one whose session was ended %s, it is foreign", (_, ended, asked) => {
  const tells = scenario();
  tells.note({
    time: nanos(ended * 1e9),
    process: "nemesis",
    type: "ok",
    f: "session",
    fault: "f1",
    nodes: ["c1"],
    from: nanos(2.8e9),
  });
  tells.client("c1").acquire(1.9, 2, { until: 4 }).release(asked, 3.2);
  tells.client("c2").acquire(2.8, 3.1, { until: 5 }).release(4, 4.1, "not-held");
  tells.client("c3").acquire(3.2, 3.3, { until: 5.2 }).release(4.2, 4.3);
  tells.end(9);
  expect(check(tells.history()).counts["foreign-release"]).toBe(1);
});

test.each([2.5, 3])(
  "where renewals are hidden, another who was told at %f s shows that it held no more at 3 s",
  (told) => {
    const tells = scenario({ promises: { renewals: "hidden" } });
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
    tells.client("c2").acquire(2.4, told, { until: 4.4 }).release(3.8, 3.9, "not-held");
    tells.client("c3").acquire(3.1, 3.2, { until: 5.1 }).release(4, 4.1);
    tells.end(9);
    expect(check(tells.history()).counts["foreign-release"]).toBe(1);
  },
);

test.each([
  ["connection", 3.4, undefined],
  // As the next one was told: it had been granted the lock by then, so the connection may have closed before.
  ["connection", 3.5, undefined],
  ["connection", 3.6, 1],
  ["ttl", 3.4, 1],
] as const)(
  "with a %s lease, and one that heard at %f s that its lock is lost, the next one told at 3.5 s: %s",
  (lease, lost, count) => {
    const connection = lease === "connection";
    const tells = scenario({ promises: { lease, renewals: "none" } });
    tells.fault("session", ["c1"], 1, 2);
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
    const second = tells
      .client("c2")
      .acquire(2.9, 3.05, connection ? {} : { until: 5 })
      .lost(lost);
    second.release(3.8, 3.9, "not-held");
    tells
      .client("c3")
      .acquire(3.3, 3.5, connection ? {} : { until: 5.4 })
      .release(4, 4.1);
    tells.end(9);
    expect(check(tells.history()).counts["foreign-release"]).toBe(count);
  },
);

/** c1, which was told at 0.5 s that it holds until 2.1 s, releases at 2.3 s or later; c2 is told meanwhile that it holds. */
function justOver(asked: number, renewals: "none" | "visible"): Readonly<Record<string, number>> {
  const tells = scenario({ promises: { renewals } });
  tells.client("c1").acquire(0.1, 0.5, { until: 2.1 }).release(asked, 2.7);
  tells.client("c2").acquire(2.2, 2.6, { until: 4.5 }).release(3.5, 3.6, "no answer");
  tells.client("c3").acquire(2.7, 2.8, { until: 4.7 }).release(3, 3.1);
  tells.end(9);
  return check(tells.history()).causes;
}
test("a release that came before a lease was over since its answer was in time, for all that is known", () => {
  expect(justOver(2.3, "none")).toEqual({ undetermined: 1 });
  expect(justOver(2.5, "none")).toEqual({ "foreign-release": 1 });
  // An unread answer may have renewed it.
  expect(justOver(2.5, "visible")).toEqual({ undetermined: 1 });
});

test("a release that came as its lease ended, by what its client was told, was in time", () => {
  const releases = (asked: number): number | undefined => {
    const tells = scenario({ promises: { renewals: "none" } });
    tells.client("c1").acquire(0.1, 0.2, { until: 3 }).release(asked, 3.1);
    tells.client("c2").acquire(2.9, 3.05, { until: 5 }).release(3.8, 3.9, "not-held");
    tells.client("c3").acquire(3.3, 3.5, { until: 5.4 }).release(4, 4.1);
    tells.end(9);
    return check(tells.history()).counts["foreign-release"];
  };
  expect([releases(3), releases(3.01)]).toEqual([undefined, 1]);
});

test("a connection that its client gave up may stand for longer than any lease", () => {
  const tells = scenario({ promises: { lease: "connection", renewals: "none" }, discipline: "checking" });
  tells.client("c1").acquire(0.1, 0.2).lost(2).release(3, 3.1);
  tells.client("c2").acquire(2.9, 3.05).release(3.8, 3.9, "no answer");
  tells.client("c3").acquire(3.3, 3.5).release(4, 4.1);
  tells.end(9);
  expect(check(tells.history()).causes).toEqual({ undetermined: 1 });
});
test("a clock that was set may have made a lease longer", () => {
  const causes = (node: string, from: number, name = "clock"): Readonly<Record<string, number>> => {
    const tells = scenario({ promises: { renewals: "none" } });
    tells.fault(name, [node], from, from + 0.1);
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(3, 3.1);
    tells.client("c2").acquire(2.9, 3.05, { until: 5 }).release(3.8, 3.9, "no answer");
    tells.client("c3").acquire(3.3, 3.5, { until: 5.3 }).release(4, 4.1);
    tells.end(9);
    return check(tells.history()).causes;
  };
  expect(causes("n1", 1)).toEqual({ undetermined: 1 });
  expect(causes("n1", 3)).toEqual({ "foreign-release": 1 });
  expect(causes("n1", 1, "pause")).toEqual({ "foreign-release": 1 });
  expect(causes("c1", 1)).toEqual({ "foreign-release": 1 });
});

test.each([
  ["a fault excuses", "foreign-release", "clock"],
  ["nothing excuses", "service", "failover"],
] as const)(
  "after two held at once, which %s, the next one who comes in beside another: %s",
  (_, cause, except) => {
    const tells = scenario({ promises: { except: [except] } });
    tells.fault("clock", ["n1"], 0.5, 0.9);
    tells.client("c5").at("lock-2").acquire(0.1, 0.2, { until: 2.1 }).release(1.2, 1.25);
    tells.client("c6").at("lock-2").acquire(0.4, 0.8, { until: 2.4 }).release(1.3, 1.35);
    tells.client("c1").acquire(10.1, 10.2, { until: 12.1 }).release(13, 13.1);
    tells.client("c2").acquire(12.4, 12.5, { until: 14.4 }).release(14, 14.1, "not-held");
    tells.client("c3").acquire(12.6, 13.3, { until: 15.2 }).release(14.6, 14.7);
    tells.end(16);
    const { findings } = check(tells.history());
    const found = findings.find(({ kind, grants }) => kind === "overlap" && grants?.[1]?.client === "c3");
    expect(found).toMatchObject({ cause, expected: false });
  },
);
