import { describe, expect, it } from "vitest";
import { CAUSES, FINDING_KINDS, type Finding, type Verdict } from "../../checker/types.js";
import { ms } from "../history/event.js";
import { headline } from "./headline.js";
import { CALM, sampleDocument } from "./testing/document.js";

const finding = (kind: Finding["kind"], cause?: Finding["cause"]): Finding => ({
  kind,
  severity: "violation",
  ...(cause && { cause }),
  explanation: "",
  ops: [],
  time: ms(1),
});

describe("violated", () => {
  it("says what was lost, why, whether that was to be expected, and what would have helped", () => {
    expect(headline(sampleDocument())).toEqual({
      title: "Violated: 42 of 520 acknowledged updates lost",
      sentence:
        "etcd 3.4.23's mutex let 42 of 520 acknowledged updates be lost, because a paused client went on writing " +
        "after its lease had run out. That is expected of every lease; a fence would have saved all of them.",
    });
  });

  it("names the client by its fault only where the fault was on a client of such a finding", () => {
    const { findings, faults } = sampleDocument();
    const onServer = faults.map((fault) => ({ ...fault, nodes: ["n1"] }));
    expect(headline(sampleDocument({ faults: onServer })).sentence).toContain(
      "because a client went on writing",
    );
    const cut = faults.map((fault) => ({ ...fault, name: "partition" }));
    expect(headline(sampleDocument({ faults: cut })).sentence).toContain(
      "because a client that was cut off went on",
    );
    const others = findings.map((each) => ({ ...each, faults: [] }));
    expect(headline(sampleDocument({ findings: others })).sentence).toContain(
      "because a client went on writing",
    );
  });

  it("says which promises were broken, where its head does not", () => {
    const tokens = { ...CALM, counts: { "token-order": 5 }, findings: [finding("token-order")] };
    const told = (broken: Verdict["broken"], brokenPromises: number) =>
      headline(sampleDocument({ ...tokens, verdict: "violated", broken, brokenPromises })).sentence;
    expect(told({ "token-order": 5 }, 5)).toMatch(
      / 5 fencing tokens out of order. It broke its own promise 5 times\.$/,
    );
    expect(told({ "token-order": 5, "late-grant": 6 }, 11)).toMatch(
      /It broke its own promise 11 times \(6 grants came too late, 5 tokens out of order\)\.$/,
    );
  });

  it("says so first when a promise was broken, and never calls that expected", () => {
    const findings = [finding("lost-update", "service")];
    const { title, sentence } = headline(sampleDocument({ findings, brokenPromises: 3 }));
    expect(title).toBe("Violated: 42 of 520 acknowledged updates lost, 3 promises broken");
    expect(sentence).toContain(
      "because etcd granted the lock to a second client while the first one's lease was still good",
    );
    expect(sentence).toContain("It broke its own promise 3 times; a fence would have saved all of them.");
    expect(sentence).not.toContain("expected");
  });

  it("says that a promise was given up under the fault, where documentation says so", () => {
    const excused = [{ ...finding("lost-update", "service"), expected: true }];
    const clock = sampleDocument().faults.map((fault) => ({ ...fault, name: "clock" }));
    expect(headline(sampleDocument({ findings: excused, faults: clock })).sentence).toContain(
      "still good. Its documentation gives that promise up under such faults (clock);",
    );
  });

  it("counts what a fence would have saved: all, some, none, or no token to look at", () => {
    const fenced = (wouldSave: number, wouldRefuse: number): string =>
      headline(sampleDocument({ fence: { refused: 0, wouldRefuse, wouldSave } })).sentence;
    expect(fenced(42, 9)).toMatch(/; a fence would have saved all of them\.$/);
    expect(fenced(40, 9)).toMatch(
      /; a fence would have saved 40 of them and refused 9 stale writes openly\.$/,
    );
    expect(fenced(0, 9)).toMatch(/; a fence would have refused 9 stale writes openly\.$/);
    expect(fenced(40, 0)).toMatch(/; a fence would have saved 40 of them\.$/);
    expect(fenced(0, 0)).toMatch(/; a fence would have saved none of them\.$/);
    expect(headline(sampleDocument({ fence: null })).sentence).toMatch(
      /; it hands out no token that a fence could look at\.$/,
    );
    expect(headline(sampleDocument({}, { fencing: "on" })).sentence).not.toContain("would have");
  });

  it("says that there are other causes", () => {
    const findings = [
      finding("lost-update", "late-grant"),
      finding("lost-update", "outlived-lease"),
      finding("lost-update", "late-grant"),
    ];
    expect(headline(sampleDocument({ findings })).sentence).toContain("mostly because a client was told");
  });

  const NOTHING_LOST = { acknowledged: 520, lost: 0, lostShare: 0 };

  it("never gives a finding the cause of others", () => {
    const findings: Finding[] = [
      { ...finding("unrecovered"), expected: false },
      { ...finding("overlap", "outlived-lease"), severity: "note", expected: true },
    ];
    const counts = { unrecovered: 1 };
    const { sentence } = headline(sampleDocument({ updates: NOTHING_LOST, counts, findings }));
    expect(sentence).toBe(
      "etcd 3.4.23's mutex was not served again in time after every fault was healed. Nothing in its documentation lets that happen.",
    );
  });

  it("excuses nothing of which nobody knows why", () => {
    const findings = [finding("overlap", "undetermined")];
    const counts = { overlap: 1 };
    const { sentence } = headline(sampleDocument({ updates: NOTHING_LOST, counts, findings }));
    expect(sentence).toContain("Whether it broke a promise is not known.");
  });

  it("blames no lock for the tester's own register, whatever was lost", () => {
    const findings = [finding("lost-update", "service"), finding("nonlinearizable")];
    const { title, sentence } = headline(sampleDocument({ findings, brokenPromises: 1 }));
    expect(title).toBe("Violated: the tester's own register failed");
    expect(sentence).toContain("a defect of lockjepsen");
  });

  it.each(FINDING_KINDS)("has words for %s alone", (kind) => {
    const updates = { acknowledged: 520, lost: 0, lostShare: 0 };
    for (const cause of [...CAUSES, undefined]) {
      const { title, sentence } = headline(
        sampleDocument({ updates, counts: { [kind]: 2 }, findings: [finding(kind, cause)] }),
      );
      expect(title).toMatch(/^Violated: \S/);
      expect(sentence).toMatch(/etcd 3\.4\.23's mutex .+\.$/);
      expect(`${title} ${sentence}`).not.toMatch(/undefined|null|NaN| {2}|\.\.|, ,/);
    }
  });

  it("is led by the worst, not by the most frequent", () => {
    const updates = { acknowledged: 520, lost: 0, lostShare: 0 };
    const counts = { overlap: 90, "stale-write": 1 };
    expect(headline(sampleDocument({ updates, counts, findings: [] })).title).toBe(
      "Violated: 1 stale write applied",
    );
  });
});

describe("valid", () => {
  it("says what it was put to, or that it was put to nothing", () => {
    expect(headline(sampleDocument(CALM)).sentence).toBe(
      "etcd 3.4.23's mutex was put to the test by 1 verified pause and kept all 520 acknowledged updates: 11 grants were challenged.",
    );
    const calm = headline(sampleDocument({ ...CALM, faults: [] }));
    expect(calm.title).toBe("Valid: no update lost in 523 grants");
    expect(calm.sentence).toContain(
      "No fault was made, so this shows that it works on a calm day, and no more.",
    );
  });

  it("does not say of two who held at once that it works", () => {
    const { sentence } = headline(sampleDocument({ ...CALM, faults: [], notes: { overlap: 580 } }));
    expect(sentence).toContain("However, two clients held it at once 580 times, without harm in this run");
    expect(sentence).not.toContain("works");
  });

  it("gives the fence its due", () => {
    const fence = { refused: 9, wouldRefuse: 0, wouldSave: 0 };
    const { sentence } = headline(sampleDocument({ ...CALM, fence }, { fencing: "on" }));
    expect(sentence).toMatch(/11 grants were challenged, and the fence refused 9 stale requests\.$/);
  });

  it("does not pass over what was found but did no harm", () => {
    const { sentence } = headline(
      sampleDocument({ ...CALM, brokenPromises: 3, broken: { "late-grant": 2, "token-order": 1 } }),
    );
    expect(sentence).toContain(
      "it broke its own promise 3 times (2 grants came too late, 1 token out of order), without harm in this run.",
    );
  });
});

describe("unknown", () => {
  it("says why, and what to change", () => {
    const reasons = ["only 7 grants (at least 20 are needed): run it for longer", "no fault was verified"];
    const { title, sentence } = headline(
      sampleDocument({ ...CALM, verdict: "unknown", reasons, grants: 7, faults: [] }),
    );
    expect(title).toBe("Unknown: too weak to judge");
    expect(sentence).toBe(
      "This run says nothing about etcd 3.4.23's mutex, neither good nor bad: only 7 grants (at least 20 are needed): " +
        "run it for longer (and 1 more reason).",
    );
  });

  it("does not pass over a broken promise", () => {
    const { title, sentence } = headline(
      sampleDocument({
        ...CALM,
        verdict: "unknown",
        reasons: ["no fault was verified"],
        brokenPromises: 2,
        broken: { "late-grant": 2 },
      }),
    );
    expect(title).toBe("Unknown: too weak to judge, 2 promises broken");
    expect(sentence).toBe(
      "This run says too little about etcd 3.4.23's mutex, which broke its own promise 2 times (2 grants came too late): no fault was verified.",
    );
  });

  it("says that the run was cut short", () => {
    const { title } = headline(sampleDocument({ ...CALM, verdict: "unknown" }, { interrupted: true }));
    expect(title).toBe("Unknown: the run was ended early");
  });
});
