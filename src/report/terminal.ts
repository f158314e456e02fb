import { planWarnings } from "../plan/warnings.js";
import { formatTime } from "../units.js";
import type { Output } from "./io.js";
import { openStatus } from "./status.js";
import { count, wrap } from "./text.js";
import type { Progress, Reporter } from "./types.js";

/** Without a terminal: how often a line tells that the run goes on. */
const PLAIN_EVERY_MS = 10_000;

/** Progress that knows how to step aside: before anybody else prints, the live line must go. */
export interface TerminalReporter extends Required<Reporter> {
  clear(): void;
}

/** Tells on standard error how a run goes: steps that are done, warnings, and one line that is always up to date. */
export function terminalReporter(output: Output): TerminalReporter {
  const { colours } = output;
  const status = openStatus(output);
  let nextPlain = PLAIN_EVERY_MS;
  // A log has a line for each, however long; and a command in it is there to be copied.
  const warn = (text: string): void => {
    const lines = output.live && !text.includes("`") ? wrap(text, output.columns - 2) : [text];
    status.line(`${colours.yellow("!")} ${lines.join("\n  ")}`);
  };

  return {
    onStart(plan) {
      nextPlain = PLAIN_EVERY_MS;
      const { name, version } = plan.backend;
      const faults = plan.judge.nemeses.join(", ") || "no faults";
      const what = `${name}${version === null ? "" : `@${version}`} ${plan.judge.recipe}, ${faults}`;
      status.line(
        `${colours.bold(what)}${colours.dim(`, seed ${plan.seed}, run ${plan.runId}, runtime ${plan.runtime}`)}`,
      );
      for (const warning of planWarnings(plan)) warn(warning);
    },
    onPhase(text, elapsedMs) {
      // Steps come before the clients work and after: what the live line says of their work is over.
      status.clear();
      status.line(`${colours.green("✔")} ${text} ${colours.dim(formatTime(elapsedMs))}`);
    },
    onFault(text) {
      // The live line says it already; a log has no such line.
      if (!output.live) status.line(`  ${text}`);
    },
    onProgress(progress) {
      if (output.live) return status.show(`  ${statusText(progress)}`);
      if (progress.elapsedMs < nextPlain) return;
      nextPlain = progress.elapsedMs - (progress.elapsedMs % PLAIN_EVERY_MS) + PLAIN_EVERY_MS;
      status.line(`  ${statusText(progress)}`);
    },
    onWarning: warn,
    onEnd: status.clear,
    clear: status.clear,
  };
}

/** `32 s of 60 s · 214 grants · 6 faults · 5 violations so far · pause of c3`. */
export function statusText({ elapsedMs, durationMs, grants, faults, violations, now }: Progress): string {
  const left = Math.max(0, durationMs - elapsedMs);
  const time =
    left === 0 ? "ending" : `${Math.floor(elapsedMs / 1_000)} s of ${Math.round(durationMs / 1_000)} s`;
  return [
    time,
    count(grants, "grant"),
    count(faults, "fault"),
    `${count(violations, "violation")} so far`,
    ...(now === null ? [] : [now]),
  ].join(" · ");
}
