/** Reads `lockjepsen.config.ts` (or .js, .mjs, .json ...). */
import { existsSync } from "node:fs";
import { extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { RUN_OPTIONS, toRunOptions } from "../run-options.js";
import { scheduleOptions } from "../schedule.js";
import type { Cell } from "../../campaign/cells.js";
import { LockjepsenError, messageOf } from "../../error.js";
import { didYouMean } from "../../suggest.js";
import type { Config } from "./types.js";

const words = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));
const schema = z.strictObject({ defaults: words.optional(), runs: z.record(z.string(), words).optional() });

const LIBRARY = fileURLToPath(new URL(`types${extname(import.meta.url)}`, import.meta.url));

export interface LoadedConfig {
  readonly file: string;
  readonly config: Config;
}

/** Null: there is none, and none was asked for. Throws a usage error with the path to the field that is wrong. */
export async function loadConfig(file: string | undefined): Promise<LoadedConfig | null> {
  if (file !== undefined && !existsSync(file)) throw usage(file, "there is no such file");
  const { loadConfig: load } = await import("c12");
  const loaded = await load({
    name: "lockjepsen",
    ...(file !== undefined && { configFile: resolve(file) }),
    rcFile: false,
    packageJson: false,
    globalRc: false,
    dotenv: false,
    giget: false,
    // A config imports `defineConfig` from us, who are installed nowhere near it under npx.
    jitiOptions: { alias: { lockjepsen: LIBRARY } },
  }).catch((cause: unknown) => {
    throw usage(file ?? "lockjepsen.config", messageOf(cause), cause);
  });
  const path = loaded.configFile;
  if (loaded.layers?.every(({ configFile }) => configFile === undefined || !existsSync(configFile)) !== false)
    return null;
  const parsed = schema.safeParse(loaded.config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw usage(
      path ?? "the config",
      `${issue?.path.join(".") || "the whole"}: ${issue?.message}`,
      parsed.error,
    );
  }
  return { file: path ?? "", config: parsed.data as Config };
}

/** The named runs of a config as cells. Throws a usage error that names the run and the field. */
export function cellsOfConfig({ file, config }: LoadedConfig): readonly Cell[] {
  const names = Object.keys(RUN_OPTIONS);
  return Object.entries(config.runs ?? {}).map(([key, own]) => {
    const all: Record<string, unknown> = { ...config.defaults, ...own };
    const unknown = Object.keys(all).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new LockjepsenError(
        "usage",
        `${file}: runs.${key} has no option "${unknown}"`,
        didYouMean(unknown, names),
      );
    const { expect, ...typed } = Object.fromEntries(
      Object.entries(all).map(([name, value]) => [name, typeof value === "number" ? String(value) : value]),
    );
    try {
      const { schedule } = typed;
      const options = toRunOptions(typed, typeof schedule === "string" ? scheduleOptions(schedule) : {});
      if (expect !== undefined && expect !== "valid" && expect !== "violated")
        throw new LockjepsenError(
          "usage",
          `expect ${JSON.stringify(expect)} is no verdict`,
          "write valid or violated",
        );
      return { key, options, ...(expect !== undefined && { expect }) };
    } catch (cause) {
      if (!(cause instanceof LockjepsenError)) throw cause;
      throw new LockjepsenError("usage", `${file}: runs.${key}: ${cause.message}`, cause.hint, { cause });
    }
  });
}

const usage = (file: string, message: string, cause?: unknown): LockjepsenError =>
  new LockjepsenError(
    "usage",
    `${file} cannot be used: ${message}`,
    'see README: export default defineConfig({ runs: { name: { backend: "etcd", nemesis: "pause" } } })',
    { cause },
  );
