/** What `--reporter` may name. */
import { messageOf } from "../error.js";
import type { ReporterPlugin } from "../plugins/types.js";
import type { Output } from "./io.js";
import type { Reporter } from "./types.js";

export const FORMATS = ["terminal", "json", "junit", "github", "markdown", "html"] as const;
export type Format = (typeof FORMATS)[number];

/** One of ours, or a reporter that came with a config; file null: where it usually goes. */
export interface Publication {
  readonly format: Format | (string & {});
  readonly file: string | null;
}

const plugins = new Map<string, ReporterPlugin>();

/** One more, which a config has brought along. */
export const addReporter = (plugin: ReporterPlugin): void => void plugins.set(plugin.name, plugin);
export const reporterNames = (): readonly string[] => [...plugins.keys()];

/** Whether standard output is for programs: what is for people goes to standard error then. */
export const wantsJson = (publications: readonly Publication[]): boolean =>
  publications.some(({ format, file }) => format === "json" && file === null);

/** Whether people are told also where they would not be. */
export const wantsTerminal = (publications: readonly Publication[]): boolean =>
  publications.some(({ format }) => format === "terminal");

/** Those that came with a config, for one run. */
export const pluginReporters = (publications: readonly Publication[], err: Output): readonly Reporter[] =>
  publications.flatMap(({ format, file }) => {
    const plugin = plugins.get(format);
    return plugin ? [guarded(plugin, file, err)] : [];
  });

/** A reporter of somebody else's must not keep a run from its verdict: it is told of once, and is silent from then on. */
function guarded({ name, create }: ReporterPlugin, file: string | null, err: Output): Reporter {
  let reporter: Reporter | null | undefined;
  const fail = (error: unknown): void => {
    reporter = null;
    err.write(`${err.colours.yellow("!")} the reporter ${name} failed: ${messageOf(error)}\n`);
  };
  const call = (act: (reporter: Reporter) => void | Promise<void>): void | Promise<void> => {
    if (reporter === null) return undefined;
    try {
      reporter ??= create({ write: (text) => err.write(text), file });
      return act(reporter)?.catch(fail);
    } catch (error) {
      return fail(error);
    }
  };
  return {
    onStart: (plan) => void call((one) => one.onStart?.(plan)),
    onPhase: (text, elapsedMs) => void call((one) => one.onPhase?.(text, elapsedMs)),
    onFault: (text) => void call((one) => one.onFault?.(text)),
    onProgress: (progress) => void call((one) => one.onProgress?.(progress)),
    onWarning: (text) => void call((one) => one.onWarning?.(text)),
    onEnd: (result) => call((one) => one.onEnd?.(result)),
  };
}
