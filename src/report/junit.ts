import junit, { type Builder, type TestSuite } from "junit-report-builder";
import { checkers } from "../../checker/index.js";
import { formatTime } from "../units.js";
import { violationsOf, type Outcome } from "./outcome.js";
import type { VerdictDocument } from "./types.js";

/** So many findings of a kind are told; the report has them all. */
const MOST = 5;
/** A run that shows nothing fails this one, by an error: nobody knows. */
const STRENGTH = "put to the test";

/** Its types speak of a default export in a default export; there is one. */
const root = junit as unknown as Builder;

/**
 * JUnit's XML: a suite for each run, with a case for each checker and one that says whether the run was strong enough to
 * judge. Violated: failures. Unknown, and what kept a run from happening: errors.
 */
export function junitXml(outcomes: readonly Outcome[]): string {
  const builder = root.newBuilder().name("lockjepsen");
  for (const outcome of outcomes) {
    const suite = builder.testSuite().name(outcome.title);
    if ("document" in outcome) describe(suite, outcome.document);
    else {
      const { code, message, hint } = outcome.error;
      const text = clean(`${message}\nhint: ${hint}`);
      suite.testCase().className("lockjepsen").name("run").error(clean(message), code, text);
    }
  }
  return builder.build();
}

function describe(suite: TestSuite, document: VerdictDocument): void {
  const { run, files, reasons, verdict } = document;
  const className = `lockjepsen.${run.backend}.${run.lock}`;
  const where = `report: ${files.report}\nagain: ${run.command}`;
  suite.timestamp(new Date(run.created));
  suite.property("seed", String(run.seed)).property("verdict", verdict).property("again", clean(run.command));
  const strength = suite
    .testCase()
    .className(className)
    .name(STRENGTH)
    .time(run.durationMs / 1_000);
  if (verdict === "unknown")
    strength.error(clean(reasons[0] ?? "unknown"), "unknown", clean(`${reasons.join("\n")}\n${where}`));
  for (const { name } of Object.values(checkers)) {
    const one = suite.testCase().className(className).name(name);
    const times = document.counts[name] ?? 0;
    if (times === 0) continue;
    const found = violationsOf(document).filter(({ kind }) => kind === name);
    const causes = [...new Set(found.map(({ cause }) => cause).filter(Boolean))].join(", ");
    const told = found
      .slice(0, MOST)
      .map(({ time, explanation }) => `at ${formatTime(time / 1e6)}: ${explanation}`);
    const more = times > told.length ? [`and ${times - told.length} more`] : [];
    one.failure(`${times} ${name}${causes === "" ? "" : ` (${causes})`}`, name);
    one.stacktrace(clean([...told, ...more, where].join("\n\n")));
  }
}

/** XML 1.0 has no place for most control characters, whatever way they are written. */
const clean = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "\uFFFD");
