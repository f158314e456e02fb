/** What a config adds to what was typed: flag > environment > config > default. */
import { layered, only, saying, type Said } from "../said.js";
import { LockjepsenError } from "../../error.js";
import type { OptionTable } from "../command.js";
import type { LoadedConfig } from "./read.js";

export interface Configured {
  /** Null: there is none. */
  readonly config: LoadedConfig | null;
  /** All voices together, of these options only. */
  readonly said: Said;
  /** What the config's part for this command says, and below it what it says to all runs. */
  readonly section: Said;
  readonly defaults: Said;
}

export interface ConfigQuestion {
  /** What was typed, and what variables say. */
  readonly typed: Said;
  readonly options: OptionTable;
  /** The part of the config that speaks to this command, before what all runs take. */
  readonly section?: "matrix" | "soak";
}

/** Does something with the config in its place. Throws a usage error that names the config where a bad word is its own. */
export async function withConfig<T>(
  question: ConfigQuestion,
  action: (configured: Configured) => Promise<T>,
): Promise<T> {
  const configured = await configure(question);
  try {
    return await action(configured);
  } catch (error) {
    const { config, said } = configured;
    if (!(error instanceof LockjepsenError) || error.code !== "usage" || config === null) throw error;
    const option = /--([a-z][a-z-]*)/.exec(error.message)?.[1];
    if (option === undefined || said.sources[option] !== "config") throw error;
    throw new LockjepsenError("usage", error.message, `${error.hint} (it is set by ${config.file})`, {
      cause: error,
    });
  }
}

async function configure({ typed: said, options, section }: ConfigQuestion): Promise<Configured> {
  const { loadConfig } = await import("./read.js");
  const named = said.words["config"];
  const config = await loadConfig(typeof named === "string" ? named : undefined);
  const own = saying("config", (section && config?.[section]) ?? {});
  const defaults = saying("config", config?.defaults ?? {});
  const voices = layered(said, saying("config", config?.call ?? {}), own, defaults);
  return { config, said: only(voices, Object.keys(options)), section: own, defaults };
}
