/** What the judge says of a run whose truth is known, held against that truth. */
import type { GrantId } from "../../../src/history/event.js";
import { analyse, type Analysis } from "../../analysis.js";
import type { CausedOverlap } from "../../cause.js";
import { check } from "../../index.js";
import { looksBeforeRelease } from "../../release-look.js";
import type { Finding } from "../../types.js";
import type { KnownRun } from "./run.js";
import { owed, type Entry } from "./service.js";
import { TTL, type Terms } from "./world.js";

/** What is wrong with the verdict, each in a sentence; empty where the judge is right. */
export function wrongsOf(run: KnownRun, terms: Terms): readonly string[] {
  const analysis = analyse(run.history);
  const truth: Truth = { ...run, terms, analysis, of: (id) => run.truth.get(id) as Entry };
  return [
    ...analysis.overlaps.flatMap((overlap) => ofOverlap(overlap, truth)),
    ...check(run.history).findings.flatMap((finding) => ofFinding(finding, truth)),
    ...unseen(truth),
  ];
}

interface Truth extends KnownRun {
  readonly terms: Terms;
  readonly analysis: Analysis;
  of(id: GrantId): Entry;
}

function ofOverlap({ earlier, later, cause, broken, from }: CausedOverlap, truth: Truth): readonly string[] {
  const { terms, endedSessions } = truth;
  const a = truth.of(earlier.id);
  const b = truth.of(later.id);
  const wrong = (why: string): readonly string[] => [
    `overlap of ${earlier.id} (${told(a)}) and ${later.id} (${told(b)}) at ${from / 1e9} is ${cause}: ${why}`,
  ];
  const robbed = bothOwed(a, b).length > 0 || misled([a, b], truth);
  switch (cause) {
    case "service":
      if (!robbed && !freedInSilence([a, b], truth) && !untold(earlier, a) && !untold(later, b))
        return wrong("the service kept its word to both");
      if (broken && terms.excepted && terms.bug === "forgets") return wrong("its documentation excuses that");
      // Clients were killed, too.
      return broken || terms.bug === "forgets"
        ? []
        : wrong("nothing that its documentation names hit a server");
    case "foreign-release":
      // Who was told late may have been the earlier one in truth.
      if (a.end === "foreign" || b.end === "foreign") return [];
      return wrong("nobody freed the lock of the earlier");
    case "session-lost":
      // Who was robbed just before that cannot be told from who was not.
      return (endedSessions.get(a.session) ?? Infinity) * 1e9 < later.from || !knowable(truth)
        ? []
        : wrong("the earlier's session had not ended");
    case "outlived-lease":
      // Who counts from when it asked may be the one that a service robbed which counts from when it was asked.
      return a.end === "released" && !robbed ? wrong("the earlier's lease did not end") : [];
    case "undetermined":
      return knowable(truth) ? wrong("it is known") : [];
    case "late-grant":
      return [];
    case "not-a-lock":
    case "in-flight":
      return wrong("no such thing happens");
  }
}

/** Broken promises that nobody broke. */
function ofFinding(finding: Finding, truth: Truth): readonly string[] {
  const { kind, cause, expected, explanation } = finding;
  const { bug, looks } = truth.terms;
  const entries = (finding.grants ?? []).map(({ grant }) => truth.of(grant));
  const [first, second] = entries;
  const robbed =
    first !== undefined &&
    second !== undefined &&
    (bothOwed(first, second).length > 0 || misled([first, second], truth));
  const wrong = (why: string): readonly string[] => [
    `${kind} ${cause ?? ""}: ${why}: ${explanation} ${entries.map(told).join(" / ")}`,
  ];
  // Who was robbed before it was told leaves nothing that shows why its write came late.
  if (cause === "undetermined") return bug === "none" && knowable(truth) ? wrong("it is known") : [];
  if (expected !== false) return [];
  switch (kind) {
    case "token-order":
      return bug.startsWith("tokens") || bug === "grants-twice" || robbed || freedInSilence(entries, truth)
        ? []
        : wrong("tokens rose as locks were granted");
    case "late-grant":
      return looks ? wrong("the recipe looks before it says OK") : [];
    case "foreign-release":
      return bug === "releases-any" ? [] : wrong("nobody freed what was another's");
    case "overlap":
    case "stale-write":
    case "lost-update":
      if (cause === "late-grant") return looks ? wrong("the recipe looks before it says OK") : [];
      if (bug === "releases-any" && (cause === "foreign-release" || !knowable(truth))) return [];
      return robbed || freedInSilence(entries, truth) ? [] : wrong("nobody broke a promise");
    case "imbalance":
    case "orphan":
    case "unrecovered":
    case "fence-breach":
    case "unlocked-write":
    case "nonlinearizable":
      return wrong("no such thing happens");
  }
}

/** Two who were both promised the lock, told so, and robbed, of whom nothing is said. */
function unseen(truth: Truth): readonly string[] {
  const { analysis, of, endedSessions, terms } = truth;
  const { grants, overlapOf } = analysis;
  return grants.flatMap((a, n) =>
    grants.slice(n + 1).flatMap((b) => {
      const cause = overlapOf(a, b)?.cause;
      if (a.lock !== b.lock || cause === "service") return [];
      const cores = common(a.cores.map(inSeconds), b.cores.map(inSeconds));
      const robbed = common(cores, bothOwed(of(a.id), of(b.id)));
      if (robbed.length === 0) return [];
      const ended = Math.min(...[a, b].map(({ id }) => endedSessions.get(of(id).session) ?? Infinity));
      if (cause === "undetermined" && !knowable(truth)) return [];
      // Its own client had said that the lock is lost, and told it OK: that comes first.
      if (cause === "late-grant" && !terms.looks) return [];
      if (cause === "session-lost" && ended < Math.max(a.from, b.from) / 1e9) return [];
      return [
        `${a.id} (${told(of(a.id))}) and ${b.id} (${told(of(b.id))}) were both promised it, and that is ${cause ?? "not seen"}`,
      ];
    }),
  );
}

/**
 * Whether causes can be known: not of who hides its renewals; not where a release, or who asked for the end of a session,
 * was not answered; nor where a release freed what nobody had been told of yet.
 */
const knowable = ({ terms, analysis }: Truth): boolean =>
  terms.lease !== "hidden" &&
  terms.bug !== "releases-any" &&
  analysis.endedSessions.every(({ sure }) => sure) &&
  analysis.grants.every(({ release }) => release?.outcome !== "info");

/**
 * Whether one's lock was freed by a release that was never answered, or by who lost its own so, or before anything showed
 * that releases do not look: nobody can know.
 */
function freedInSilence(entries: readonly Entry[], about: Truth): boolean {
  const shown = looksBeforeRelease(about.analysis) === false;
  return entries.some(({ freedBy }) => {
    if (freedBy === null) return false;
    const by = [...about.truth].find(([, entry]) => entry === freedBy)?.[0];
    const release = by === undefined ? undefined : about.analysis.grantById.get(by)?.release;
    return !shown || release?.outcome !== "ok" || freedInSilence([freedBy], about);
  });
}

const told = ({ token, entered, granted, ended, end, promised, revived }: Entry): string =>
  `token ${token}, entered ${entered.toFixed(3)}, held ${granted?.toFixed(3)} to ${ended?.toFixed(3)} ${end}, promised ${promised.toFixed(3)}${revived.map((at) => `, renewed when dead ${at.toFixed(3)}`).join("")}`;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

const inSeconds = ({ from, to }: Stretch): Stretch => ({ from: from / 1e9, to: to / 1e9 });

/** Another freed its lock before it was told that it holds: so nothing shows it. */
const untold = ({ from }: { readonly from: number }, { end, ended }: Entry): boolean =>
  end === "foreign" && (ended ?? Infinity) * 1e9 < from;

/**
 * By what the service said it let two in: it gave the one that it let in first the higher token; or it renewed a session whose
 * end nobody had confirmed, as if that stood.
 */
function misled([a, b]: readonly [Entry, Entry], { terms, analysis }: Truth): boolean {
  const { bug, tokens } = terms;
  const turned = tokens !== "none" && (a.granted ?? 0) < (b.granted ?? 0) !== a.token < b.token;
  const vouched = [a, b].some(
    ({ session, revived }) =>
      revived.length > 0 && analysis.endedSessions.some((tried) => !tried.sure && tried.session === session),
  );
  return (turned && (bug === "tokens-fall" || bug === "tokens-repeat" || bug === "grants-twice")) || vouched;
}

/** When the service owed one lock to two. */
const bothOwed = (a: Entry, b: Entry): readonly Stretch[] => common(owed(a, TTL), owed(b, TTL));

const common = (some: readonly Stretch[], others: readonly Stretch[]): readonly Stretch[] =>
  some.flatMap((one) =>
    others.flatMap((other) => {
      const both = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) };
      return both.from < both.to ? both : [];
    }),
  );
