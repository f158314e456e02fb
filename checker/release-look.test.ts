/** Who let the next one in: a release that nobody answered, or the service. */
import { describe, expect, test } from "vitest";
import { check } from "./index.js";
import { seconds } from "./testing/actor.js";
import { scenario, type Scenario } from "./testing/scenario.js";
import type { Finding } from "./types.js";

interface Told {
  /** When c1, whose lease is over at 2.1 s, asks for its release; it has no answer unless `answered`. */
  readonly released?: number;
  readonly answered?: true;
  /** What else the run shows of how releases go. */
  readonly shown?: (tells: Scenario) => void;
}

/** c2 is granted the lock at 2.5 s, and c3 at 3.5 s, while c2 still rightly holds it. */
function overlap({ released = 2.8, answered, shown }: Told): Finding | undefined {
  const tells = scenario();
  const first = tells.client("c1").acquire(0.1, 0.2, { until: 2.1 });
  if (answered) first.release(released, released + 0.01);
  else first.release(released, released + 1, "no answer");
  tells.client("c2").acquire(2.3, 2.5, { until: 4.4 }).release(4, 4.1, "no answer");
  tells.client("c3").acquire(3.3, 3.5, { until: 5.4 }).release(4.5, 4.6);
  shown?.(tells);
  tells.end(30);
  return check(tells.history()).findings.find(
    ({ kind, grants }) => kind === "overlap" && grants?.[1]?.client === "c3" && grants[0]?.client === "c2",
  );
}

/** c4 releases when its lease is over: what it is told while c5 rightly holds. */
const late = (tells: Scenario, error?: string, lock = "lock-1", c4 = "c4", c5 = "c5"): void => {
  tells.client(c4).at(lock).acquire(10.1, 10.2, { until: 12.1 }).release(13, 13.1, error);
  tells
    .client(c5)
    .at(lock)
    .acquire(12.4, 12.5, { until: 14.4 })
    .release(14, 14.1, error && "not-held");
};
const refused = (tells: Scenario): void => late(tells, "not-held");
const refusedAlso = (tells: Scenario): void => late(tells, "not-held", "lock-2", "c7", "c8");
const refusedAgain = (tells: Scenario): void => late(tells, "not-held", "lock-3", "c9", "c10");
const freed = (tells: Scenario): void => {
  late(tells);
  tells.client("c6").acquire(13.2, 13.3, { until: 15.2 }).release(14.5, 14.6);
};
/** Its session was ended, and yet it is answered that it released. */
const released = (tells: Scenario): void => {
  tells.fault("session", ["c4"], 11, 12);
  tells.client("c4").acquire(10.1, 10.2, { until: 12.1 }).release(11.5, 11.6);
};

test("a release that was not answered may have freed another's lock: nobody knows", () => {
  const found = overlap({});
  expect(found?.cause).toBe("undetermined");
  expect(found?.expected).toBeUndefined();
  expect(found?.explanation).toContain(
    "c1 (process 0), whose own hold was over, asked to release the lock at 2.800 s and had no answer",
  );
});
test("where another release was refused, releases look whose lock it is, and it was the service", () =>
  expect(overlap({ shown: refused })).toMatchObject({ cause: "service", expected: false }));
test("where another freed what was not its own, this one did so too", () => {
  const found = overlap({ shown: freed });
  expect(found).toMatchObject({ cause: "foreign-release", expected: false });
  expect(found?.explanation).toContain(
    "at 2.800 s, c1 (process 0) had asked to release the lock, and had no answer",
  );
  expect(overlap({ shown: released })?.cause).toBe("foreign-release");
});
test("so it is where no more were refused than freed what was not their own: not most of them look", () => {
  const shown = (...all: readonly ((tells: Scenario) => void)[]) => ({
    shown: (tells: Scenario) => all.forEach((one) => one(tells)),
  });
  expect(overlap(shown(freed, refusedAlso))?.cause).toBe("foreign-release");
  expect(overlap(shown(freed, refusedAlso, refusedAgain))?.cause).toBe("service");
});
test("what was sent while it held may arrive when it does not any more", () => {
  expect(overlap({ released: 1 })?.cause).toBe("service");
  expect(overlap({ released: 1, shown: freed })?.cause).toBe("foreign-release");
});
test("what was answered before the next one was granted the lock freed nothing of its own", () => {
  expect(overlap({ released: 1, answered: true, shown: freed })?.cause).toBe("service");
  expect(overlap({ released: 2.395, answered: true, shown: freed })?.cause).toBe("foreign-release");
});
describe("a late release that was answered, when nothing shows whether releases look,", () => {
  /** c2 hears at 2.5 s of its grant; c1's release was under way from 2.3 s. c5 and c6 hold at once. */
  const cause = (answered: number, released = 2.3, twice?: (tells: Scenario) => void) => {
    const tells = scenario();
    tells.client("c1").acquire(0.1, 0.2, { until: 2.1 }).release(released, answered);
    tells.client("c2").acquire(2.3, 2.5, { until: 4.4 }).release(4, 4.1, "no answer");
    tells.client("c3").acquire(3.3, 3.5, { until: 5.4 }).release(4.5, 4.6);
    twice?.(tells);
    tells.end(30);
    return check(tells.history()).findings.find(
      ({ kind, grants }) => kind === "overlap" && grants?.[0]?.client === "c2",
    );
  };
  test("may have freed what had been granted to another, who had not heard of it", () => {
    expect(cause(2.45)?.cause).toBe("undetermined");
    expect(cause(2.45)?.explanation).toContain(
      "asked to release the lock at 2.300 s and was answered that it had",
    );
    expect(cause(2.4)?.cause).toBe("service");
  });
  test("freed nothing that was granted when another, who had rightly held since, let go", () => {
    const between = (tells: Scenario): void =>
      void tells.client("c8").acquire(2.11, 2.15, { until: 4 }).release(2.5, 2.55);
    expect(cause(2.45, 2.3, between)?.cause).toBe("service");
  });
  test("freed its own, if it still held", () => expect(cause(2.45, 2.1)?.cause).toBe("service"));
  const twice =
    (from: number, also?: (tells: Scenario) => void, lock = "lock-2") =>
    (tells: Scenario): void => {
      also?.(tells);
      const c5 = tells
        .client("c5")
        .at(lock)
        .acquire(from, from + 0.1, { until: from + 2, session: "s5" });
      c5.release(from + 1, from + 2, "no answer");
      tells
        .client("c6")
        .at(lock)
        .acquire(from, from + 0.2, { until: from + 2 })
        .release(from + 1, from + 1.1);
    };
  test("is no explanation for what that service does anyway", () => {
    expect(cause(2.45, 2.3, twice(0.1))?.cause).toBe("service");
    expect(cause(2.45, 2.3, twice(2.05, undefined, "lock-1"))?.cause).toBe("service");
  });
  test("nor where it did so only when another release may have been late, or a session ended", () => {
    const open = (tells: Scenario): void =>
      void tells.client("c7").at("lock-2").acquire(0.1, 0.2, { until: 2 }).release(0.3, 1.3, "no answer");
    expect(cause(2.45, 2.3, twice(1.1, open))?.cause).toBe("undetermined");
    const ended = (tells: Scenario): void => tells.fault("session", ["c5"], 1.15, 1.16, { session: "s5" });
    expect(cause(2.45, 2.3, twice(1.1, ended))?.cause).toBe("undetermined");
    const late = (tells: Scenario): void =>
      void tells.client("c7").at("lock-2").acquire(0.1, 0.2, { until: 0.3 }).release(1, 1.2);
    expect(cause(2.45, 2.3, twice(1.1, late))?.cause).toBe("undetermined");
    const before = (tells: Scenario): void =>
      void tells.client("c7").at("lock-2").acquire(0.1, 0.2, { until: 2 }).release(1, 1.05);
    expect(cause(2.45, 2.3, twice(1.1, before))?.cause).toBe("service");
    const perhapsEnded = (tells: Scenario): void => {
      const tried = { process: "nemesis", f: "session", fault: "f0", nodes: ["c7"], session: "s7" } as const;
      tells.note({ ...tried, time: seconds(0.6), type: "info", from: seconds(0.5), error: "no answer" });
      const c7 = tells.client("c7").at("lock-2").acquire(0.1, 0.2, { until: 2, session: "s7" });
      c7.release(1, 1.05);
    };
    expect(cause(2.45, 2.3, twice(1.1, perhapsEnded))?.cause).toBe("undetermined");
    const inVain = (tells: Scenario): void =>
      void tells.client("c7").at("lock-2").acquire(0.1, 0.2, { until: 0.3 }).release(1, 1.05, "not-held");
    expect(cause(2.45, 2.3, twice(1.1, inVain))?.cause).toBe("service");
  });
});
test.each([
  ["stood", "service"],
  ["was lost", "undetermined"],
])("where connections hold locks, two at once are the service's doing if each %s: %s", (which, cause) => {
  const tells = scenario({ promises: { lease: "connection", renewals: "none" }, discipline: "checking" });
  tells.client("c1").acquire(0.1, 0.2).lost(2.1).release(2.3, 2.45);
  tells.client("c2").acquire(2.3, 2.5).release(4, 4.1, "no answer");
  tells.client("c3").acquire(3.3, 3.5).release(4.5, 4.6);
  const c5 = tells.client("c5").at("lock-2").acquire(0.1, 0.2);
  if (which === "was lost") c5.lost(0.5);
  c5.release(1, 2, "no answer");
  tells.client("c6").at("lock-2").acquire(0.1, 0.3).release(1, 2, "no answer");
  tells.end(30);
  const found = check(tells.history()).findings.find(
    ({ kind, grants }) => kind === "overlap" && grants?.[0]?.client === "c2",
  );
  expect(found?.cause).toBe(cause);
});
test("what came later let nobody in", () => {
  expect(overlap({ released: 3.5, shown: freed })?.cause).toBe("service");
  expect(overlap({ released: 3.499, shown: freed })?.cause).toBe("foreign-release");
});

test.each(["its own client, which had gone on, held", "the other let go just then"])(
  "a release that was refused while %s does not show that releases look",
  (which) => {
    const own = which.startsWith("its own");
    const shown = (tells: Scenario): void => {
      const c4 = tells.client("c4").acquire(10.1, 10.2, { until: 12.1 });
      c4.release(13, 13.1, "not-held");
      const next = own ? c4.next(13) : tells.client("c5");
      next.acquire(12.4, 12.5, { until: 14.4 }).release(own ? 14 : 13.05, own ? 14.1 : 13.08);
    };
    expect(overlap({ shown })?.cause).toBe("undetermined");
  },
);
test("a release that was refused as another was told shows that releases look", () => {
  const shown = (tells: Scenario): void => {
    tells.client("c4").acquire(10.1, 10.2, { until: 12.1 }).release(13, 13.1, "not-held");
    tells.client("c5").acquire(12.4, 13, { until: 14.4 }).release(14, 14.1, "no answer");
  };
  expect(overlap({ shown })?.cause).toBe("service");
});
test("a release that was refused by another's lease that had lapsed, and was renewed meanwhile, shows nothing either", () => {
  const shown = (renewed: number) => (tells: Scenario) => {
    tells.client("c4").acquire(10.1, 10.2, { until: 12.1 }).release(13, 13.1, "not-held");
    const c5 = tells.client("c5").acquire(12.4, 12.5, { until: 12.9 });
    c5.renew(renewed, 13.2, 15).release(14, 14.1);
  };
  expect(overlap({ shown: shown(13) })?.cause).toBe("service");
  expect(overlap({ shown: shown(13.05) })?.cause).toBe("undetermined");
});
test.each([2.35, 2.4])(
  "one that was answered at %f s, when c2 had not asked for its lease yet, is passed over",
  (answered) => {
    const shown = (tells: Scenario): void => {
      freed(tells);
      tells.client("c7").acquire(2.12, 2.15, { until: 4 }).release(2.3, answered);
    };
    const found = overlap({ released: 2.2, shown });
    expect(found?.cause).toBe("foreign-release");
    expect(found?.explanation).toContain("at 2.200 s, c1 (process 0) had asked to release the lock");
  },
);
describe("a late release that was answered while an OK was on its way freed what that says, unless another", () => {
  /** c1's is under way from 2.5 to 2.6 s. c2 asks at 2.55 s and is told at 3.6 s, c4 at 3.9 s. */
  const cause = (
    told: number,
    tokens: readonly (number | undefined)[],
    also?: (tells: Scenario) => void,
    { lapsed, over = 3 }: { readonly lapsed?: true; readonly over?: number } = {},
  ) => {
    const token = (n: number) => (tokens[n] === undefined ? {} : { token: tokens[n] });
    const tells = scenario();
    tells
      .client("c1")
      .acquire(0.1, 0.2, { ...token(0), until: 2.1 })
      .release(2.5, 2.6);
    const c3 = tells.client("c3").acquire(2.2, told, { ...token(1), until: lapsed ? 2.65 : 4.2 });
    if (lapsed) c3.renew(2.7, 2.8, 4.7);
    c3.release(over, over + 0.05, "not-held");
    tells
      .client("c2")
      .acquire(2.55, 3.6, { ...token(2), until: 4.55 })
      .release(4.2, 4.25);
    tells
      .client("c4")
      .acquire(2.35, 3.9, { ...token(3), until: 5.1 })
      .release(4.4, 4.45);
    also?.(tells);
    tells.end(30);
    return check(tells.history()).findings.find(
      ({ kind, grants }) => kind === "overlap" && grants?.every(({ client }) => /c2|c4/.test(client)),
    )?.cause;
  };
  test("had been told that it holds as that was asked for", () => {
    expect(cause(2.5, [])).toBe("service");
    expect(cause(2.51, [])).toBe("undetermined");
  });
  test("had been told, and held until that was answered", () => {
    expect(cause(2.4, [], undefined, { over: 2.6 })).toBe("service");
    expect(cause(2.4, [], undefined, { over: 2.59 })).toBe("undetermined");
  });
  test("held before, by its token", () => {
    expect(cause(2.7, [1, 3, 2, 4])).toBe("undetermined");
    expect(cause(2.7, [1, 2, 3, 4])).toBe("service");
    expect(cause(2.7, [1, undefined, 3, 4])).toBe("undetermined");
    const fallen = (tells: Scenario): void => {
      tells.client("c5").acquire(10, 10.1, { token: 12, until: 12 }).release(10.2, 10.3);
      tells.client("c6").acquire(10.4, 10.5, { token: 11, until: 12.4 }).release(10.6, 10.7);
    };
    expect(cause(2.7, [1, 2, 3, 4], fallen)).toBe("undetermined");
  });
  test("held before, by its token, and had not lapsed meanwhile", () => {
    expect(cause(2.61, [1, 2, 3, 4], undefined, { lapsed: true })).toBe("service");
    expect(cause(2.66, [1, 2, 3, 4], undefined, { lapsed: true })).toBe("undetermined");
  });
  test("was robbed itself, by a release before", () => {
    const robbed = (asked: number, answered: number) => (tells: Scenario) =>
      void tells.client("c5").acquire(0.05, 0.06, { until: 0.15 }).release(asked, answered);
    expect(cause(2.4, [], robbed(2.41, 2.45))).toBe("undetermined");
    expect(cause(2.4, [], robbed(2.1, 2.2))).toBe("service");
    expect(cause(2.4, [], robbed(2.51, 2.54))).toBe("undetermined");
  });
  test("may have lost its session", () => {
    const ended = (tells: Scenario): void => tells.fault("session", ["c3"], 2.42, 2.43);
    expect(cause(2.4, [], ended)).toBe("undetermined");
  });
});
