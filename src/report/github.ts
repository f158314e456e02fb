import { headline } from "./headline.js";
import { violationsOf, type Outcome } from "./outcome.js";
import { count } from "./text.js";

/** GitHub cuts off what is longer, and shows nothing of it. */
export const SUMMARY_LIMIT = 1024 * 1024;

/** Workflow commands that become annotations: an error for each kind of finding, a warning for a run that shows nothing. */
export function githubAnnotations(outcomes: readonly Outcome[]): string {
  return outcomes
    .flatMap(annotations)
    .map((text) => `${text}\n`)
    .join("");
}

function annotations(outcome: Outcome): readonly string[] {
  if ("error" in outcome)
    return [
      command("error", `${outcome.title}: no verdict`, `${outcome.error.message}\n${outcome.error.hint}`),
    ];
  const { document, title } = outcome;
  if (document.verdict === "valid") return [];
  if (document.verdict === "unknown")
    return [command("warning", `${title}: unknown`, document.reasons.join("\n"))];
  const { sentence } = headline(document);
  const violations = violationsOf(document);
  const kinds = [...new Set(violations.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const first = violations.find((finding) => finding.kind === kind);
    const times = count(document.counts[kind] ?? 0, kind, kind);
    return command(
      "error",
      `${title}: ${times}`,
      `${first?.explanation ?? sentence}\n${document.run.command}\n${document.files.report}`,
    );
  });
}

/** `::error title=...::message`, escaped as the runner takes it apart. */
const command = (kind: "error" | "warning", title: string, message: string): string =>
  `::${kind} title=${data(title).replaceAll(":", "%3A").replaceAll(",", "%2C")}::${data(message)}`;

const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
