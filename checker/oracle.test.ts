/** The judge against a naive reading of the same rules, on small random histories. */
import { describe, expect, test } from "vitest";
import { isClientEvent, type RegisterEvent } from "../src/history/event.js";
import type { History } from "../src/history/history.js";
import { check } from "./index.js";
import { acknowledgedIds, behindFence, lostWrites } from "./testing/counterfactual.js";
import { consult, logOf, remembering, type Hold, type Oracle } from "./testing/oracle.js";
import { historyOf, world, type World } from "./testing/worlds.js";
import type { Cause, Finding, Verdict } from "./types.js";
import { forAll } from "./testing/tries.js";

const RUNS = 1_000;
const LOCK = "lock-1";

interface Judged {
  readonly history: History;
  readonly oracle: Oracle;
}

const judgedBy = (drawn: World): Judged => {
  const history = historyOf(drawn);
  return { history, oracle: remembering(consult(history)) };
};

function agree(compare: (history: History, verdict: Verdict, oracle: Oracle) => void): void {
  forAll(world, judgedBy, RUNS, ({ history, oracle }) => compare(history, check(history), oracle));
}

const of = (verdict: Verdict, kind: Finding["kind"]): readonly Finding[] =>
  verdict.findings.filter((finding) => finding.kind === kind);
const sorted = (texts: Iterable<string>): readonly string[] => [...texts].toSorted();
const names = (finding: Finding): string => finding.grants?.map(({ grant }) => grant).join(" ") ?? "";

const writeOf = (history: History, finding: Finding): RegisterEvent | undefined =>
  finding.ops
    .map((index) => history.events[index])
    .find(
      (event): event is RegisterEvent =>
        event?.process === "register" &&
        event.f === "write" &&
        event.time === finding.time &&
        event.grant === finding.grants?.[0]?.grant,
    );

/** Whether documentation excuses what happened between two instants; of a client that was to blame, or of the service. */
const excused = (
  { context }: History,
  oracle: Oracle,
  from: number,
  to: number,
  client: string | null = null,
): boolean => {
  const { servers = [], clients, promises } = context;
  const hosts = client !== null ? [client] : servers.length > 0 ? servers : [...clients, "n1"];
  return (
    promises.exclusion === "none" ||
    promises.except.some((name) => hosts.some((host) => oracle.faultOn(name, host, from, to)))
  );
};

describe("the judge says what the rules say", () => {
  test("of overlaps, their causes, and whether they are violations", () => {
    agree((history, verdict, oracle) => {
      const pairs = oracle.holds.flatMap((a, n) => oracle.holds.slice(n + 1).map((b) => oracle.order(a, b)));
      const expected = pairs.flatMap(([earlier, later]) => {
        const overlap = oracle.overlap(earlier, later);
        if (!overlap) return [];
        const cause = oracle.cause(earlier, later);
        const harm = logOf(history).some(
          ({ f, type, grant, time }) =>
            f === "write" && type === "ok" && grant === earlier.id && time > later.from,
        );
        const lease = cause === "outlived-lease" || cause === "session-lost";
        const note = history.context.fencing === "on" || (lease && !harm);
        return `${earlier.id} ${later.id} ${overlap.from}-${overlap.until} ${cause} ${note ? "note" : "violation"} ${expectation(history, oracle, earlier, later, cause)}`;
      });
      const found = of(verdict, "overlap").map(
        (finding) =>
          `${names(finding)} ${finding.time}-${finding.until} ${finding.cause} ${finding.severity} ${finding.expected}`,
      );
      expect(sorted(found)).toEqual(sorted(expected));
    });
  });

  function expectation(
    history: History,
    oracle: Oracle,
    earlier: Hold,
    later: Hold,
    cause: Cause,
  ): boolean | undefined {
    const since = Math.min(earlier.asked, later.asked);
    const until = Math.max(earlier.from, later.from);
    switch (cause) {
      case "undetermined":
        return undefined;
      case "service":
      case "foreign-release":
        return excused(history, oracle, since, until);
      case "late-grant": {
        const guilty = [earlier, later].find(({ claimed }) => claimed) ?? [earlier, later].find(oracle.late);
        if (guilty === undefined) return false;
        return excused(history, oracle, since, until, guilty.client) || oracle.frozenJustBefore(guilty);
      }
      case "not-a-lock":
      case "session-lost":
      case "outlived-lease":
      case "in-flight":
        return true;
    }
  }

  test("of stale writes, and why", () => {
    agree((history, verdict, oracle) => {
      const log = logOf(history).filter(({ type, grant }) => type === "ok" && grant !== undefined);
      const hold = (id: string | undefined): Hold | undefined => oracle.holds.find((one) => one.id === id);
      const stale = log.filter((event, n) => {
        const writer = hold(event.grant);
        const touched = log.slice(0, n).map(({ grant }) => hold(grant));
        return (
          event.f === "write" && writer && touched.some((other) => other && oracle.isLater(other, writer))
        );
      });
      const findings = of(verdict, "stale-write");
      expect(sorted(findings.map((finding) => writeOf(history, finding)?.id ?? ""))).toEqual(
        sorted(stale.map(({ id }) => id ?? "")),
      );
      for (const finding of findings) {
        const [writer, other] = finding.grants?.map(({ grant }) => hold(grant)) ?? [];
        if (!writer || !other) return expect.unreachable("a stale write of nobody");
        expect(oracle.isLater(other, writer)).toBe(true);
        const overlap = oracle.overlap(writer, other);
        if (overlap) {
          expect(finding.cause).toBe(oracle.cause(...oracle.order(writer, other)));
          continue;
        }
        const wasLate = writer.from >= other.ends && oracle.late(writer);
        const inFlight = finding.time >= writer.ends;
        const guilty = wasLate ? writer : !inFlight && oracle.late(other) ? other : null;
        if (guilty === null) {
          expect(finding.cause).toBe(inFlight ? "in-flight" : "undetermined");
          continue;
        }
        expect(finding.cause).toBe("late-grant");
        const since = Math.min(writer.asked, other.asked);
        const ok = excused(history, oracle, since, Math.max(writer.from, other.from), guilty.client);
        expect(finding.expected).toBe(ok || oracle.frozenJustBefore(guilty));
      }
    });
  });

  test("of lost updates", () => {
    agree((history, verdict, oracle) => {
      const findings = of(verdict, "lost-update");
      const ids = findings.flatMap(({ ops }) =>
        ops.flatMap((index) => {
          const event = history.events[index];
          return event && isClientEvent(event) && event.f === "write" && event.type === "ok"
            ? [event.id ?? ""]
            : [];
        }),
      );
      const lost = lostWrites(history, LOCK);
      expect(sorted(ids)).toEqual(sorted(lost));
      const acknowledged = acknowledgedIds(history).size;
      const lostShare = acknowledged === 0 ? 0 : lost.size / acknowledged;
      expect(verdict.updates).toEqual({ acknowledged, lost: lost.size, lostShare });
      // Whoever had read under its grant what it then wrote over believed to hold when the lost one was written, or one of
      // the two wrote too late.
      const log = logOf(history);
      for (const { grants, cause, time } of findings) {
        const culprit = log.find(
          (one) => one.f === "write" && one.time === time && one.grant === grants?.[1]?.grant,
        );
        const read = log.some(
          (one) =>
            culprit && one.grant === culprit.grant && one.type === "ok" && one.version === culprit.parent,
        );
        const [mine, theirs] = grants?.map(({ grant }) => oracle.holds.find(({ id }) => id === grant)) ?? [];
        const overlap = mine && theirs && oracle.overlap(mine, theirs);
        if (overlap) expect(cause).toBe(oracle.cause(...oracle.order(mine, theirs)));
        else if (mine && theirs && theirs.from >= mine.ends && oracle.late(theirs))
          expect(cause).toBe("late-grant");
        else if (read) expect(cause).toBe("in-flight");
      }
    });
  });

  test("of the order of tokens", () => {
    agree((_, verdict, oracle) => {
      const wrong = oracle.holds.filter(oracle.disordered);
      expect(sorted(of(verdict, "token-order").map((finding) => finding.grants?.[1]?.grant ?? ""))).toEqual(
        sorted(wrong.map(({ id }) => id)),
      );
    });
  });

  test("of breaches of the fence", () => {
    agree((history, verdict) => {
      const { fencing } = history.context;
      const log = logOf(history).filter(({ type, final }) => type === "ok" && !final);
      const looked = log.filter(({ f }) => f === "write" || fencing === "on");
      const breaches = looked.filter((event, n) => {
        const before = looked
          .slice(0, n)
          .flatMap(({ token }) => (token === undefined ? [] : [BigInt(token)]));
        const lower = before.some((token) => event.token === undefined || BigInt(event.token) < token);
        return (fencing === "on" || fencing === "writes") && lower;
      });
      expect(of(verdict, "fence-breach").map(({ time }) => time)).toEqual(breaches.map(({ time }) => time));
    });
  });

  test("of late grants and foreign releases", () => {
    agree((history, verdict, oracle) => {
      const late = oracle.holds.filter(oracle.late).map((hold) => {
        const frozen = oracle.frozenJustBefore(hold);
        const violation = history.context.promises.exclusion === "timing" && !frozen;
        const ok = frozen || excused(history, oracle, hold.asked, hold.from, hold.client);
        return `${hold.id} ${violation ? "violation" : "note"} ${ok}`;
      });
      const found = of(verdict, "late-grant");
      expect(sorted(found.map((one) => `${names(one)} ${one.severity} ${one.expected}`))).toEqual(
        sorted(late),
      );
      const foreign = oracle.holds.flatMap((by) => {
        const victim = oracle.foreign(by);
        return victim ? [`${by.id} ${victim.id}`] : [];
      });
      const released = of(verdict, "foreign-release").map(
        ({ grants }) => `${grants?.[0]?.grant} ${grants?.[1]?.grant}`,
      );
      expect(sorted(released)).toEqual(sorted(foreign));
    });
  });

  test("of what a fence would have done", () => {
    agree((history, verdict) => {
      if (history.context.promises.token === null) return expect(verdict.fence).toBeNull();
      const { refused, kept } = behindFence(history, LOCK);
      const lost = [...lostWrites(history, LOCK)];
      expect(verdict.fence).toEqual({
        refused: logOf(history).filter(({ f, type }) => f === "write" && type === "fail").length,
        wouldRefuse: refused.size,
        wouldSave: lost.filter((id) => kept.has(id) || refused.has(id)).length,
      });
    });
  });

  test("in sum", () => {
    agree((history, verdict, oracle) => {
      const { context, events } = history;
      const worked = oracle.holds.filter(({ final }) => !final);
      const challenged = worked.filter(oracle.challenged).length;
      expect(verdict.grants).toBe(worked.length);
      expect(verdict.holders).toBe(new Set(worked.map(({ client }) => client)).size);
      expect(verdict.challenged).toBe(challenged);
      const violations = verdict.findings.filter(({ severity }) => severity === "violation");
      expect(Object.values(verdict.counts).reduce((sum, n) => sum + n, 0)).toBe(violations.length);
      expect(verdict.firstViolation).toBe(violations[0]?.time ?? null);
      // The register of these histories is true, whatever the lock is.
      expect(verdict.counts.nonlinearizable).toBeUndefined();

      const acquires = events.filter(isClientEvent).filter(({ f }) => f === "acquire");
      const inVain = acquires.some(({ process, lock, type, time, error, final }, place) => {
        if (type !== "fail" || final || !["held", "timeout", "cancelled"].includes(error ?? "")) return false;
        const asked = acquires.slice(0, place).findLast((event) => event.process === process)?.time ?? time;
        return oracle.holds.some((hold) => hold.lock === lock && hold.from <= time && hold.ends > asked);
      });
      const waited =
        inVain ||
        worked.some((hold) =>
          oracle.holds
            .slice(0, oracle.holds.indexOf(hold))
            .some((other) => other.lock === hold.lock && other.ends > hold.asked),
        );
      const read = events.some(
        (event) => isClientEvent(event) && event.f === "read" && event.final && event.type === "ok",
      );
      const hit = worked.some(({ from, ends }) => oracle.faultOn(null, null, from, ends + 1));
      const weak =
        worked.length < context.leastGrants ||
        verdict.holders < 2 ||
        !waited ||
        !read ||
        (context.nemeses.length > 0 && (!hit || challenged === 0));
      expect(verdict.verdict).toBe(violations.length > 0 ? "violated" : weak ? "unknown" : "valid");
      expect(verdict.reasons.length).toBeGreaterThan(0);
    });
  });
});
