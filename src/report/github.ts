import { headline } from "./headline.js";
import { violationsOf, type Outcome } from "./outcome.js";
import { count } from "./text.js";

/** GitHub cuts off what is longer, and shows nothing of it. */
export const SUMMARY_LIMIT = 1024 * 1024;

/** So many runs are named where one annotation stands for several. */
const MOST = 5;

/**
 * Workflow commands that become annotations, of all runs together, for GitHub shows ten of a step: an error for each kind
 * of finding and for each thing that kept runs from being made, a warning for the runs that show nothing.
 */
export function githubAnnotations(outcomes: readonly Outcome[]): string {
  return [...findings(outcomes), ...unknowns(outcomes), ...failures(outcomes)]
    .map((text) => `${text}\n`)
    .join("");
}

function findings(outcomes: readonly Outcome[]): readonly string[] {
  const violated = judged(outcomes).filter(({ document }) => document.verdict === "violated");
  const kinds = new Set(violated.flatMap(({ document }) => violationsOf(document).map(({ kind }) => kind)));
  return [...kinds].flatMap((kind) => {
    const found = violated.filter(({ document }) => (document.counts[kind] ?? 0) > 0);
    const [first] = found;
    if (!first) return [];
    const times = found.reduce((sum, { document }) => sum + (document.counts[kind] ?? 0), 0);
    const { document } = first;
    const finding = violationsOf(document).find((one) => one.kind === kind);
    return command("error", titled(found, count(times, kind, kind)), [
      finding?.explanation ?? headline(document).sentence,
      document.run.command,
      document.files.report,
      ...others(found),
    ]);
  });
}

function unknowns(outcomes: readonly Outcome[]): readonly string[] {
  const weak = judged(outcomes).filter(({ document }) => document.verdict === "unknown");
  const [first] = weak;
  return first
    ? [command("warning", titled(weak, "unknown"), [...first.document.reasons, ...others(weak)])]
    : [];
}

function failures(outcomes: readonly Outcome[]): readonly string[] {
  const failed = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome] : []));
  return [...new Set(failed.map(({ error }) => error.message))].map((message) => {
    const alike = failed.filter(({ error }) => error.message === message);
    return command("error", titled(alike, "no verdict"), [
      message,
      alike[0]?.error.hint ?? "",
      ...others(alike),
    ]);
  });
}

const judged = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap((outcome) => ("document" in outcome ? [outcome] : []));

/** One run by its name, several by their number. */
const titled = (runs: readonly { readonly title: string }[], what: string): string =>
  runs.length === 1 ? `${runs[0]?.title}: ${what}` : `${what} in ${count(runs.length, "run")}`;

function others(runs: readonly { readonly title: string }[]): readonly string[] {
  if (runs.length < 2) return [];
  const more = runs.length > MOST ? [`and ${runs.length - MOST} more`] : [];
  return ["", ...runs.slice(0, MOST).map(({ title }) => title), ...more];
}

/** `::error title=...::message`, escaped as the runner takes it apart. */
const command = (kind: "error" | "warning", title: string, lines: readonly string[]): string =>
  `::${kind} title=${data(title).replaceAll(":", "%3A").replaceAll(",", "%2C")}::${data(lines.join("\n"))}`;

const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
