/** Reads `lockjepsen.config.ts` (or .js, .mjs, .json ...). */
import { existsSync } from "node:fs";
import { z } from "zod";
import { LockjepsenError, messageOf } from "../../error.js";
import { readConfigFile } from "../../plugins/module.js";
import { registerPlugins } from "../../plugins/register.js";
import { didYouMean } from "../../suggest.js";
import { MATRIX_OPTIONS, SOAK_OPTIONS } from "../campaign-options.js";
import { RUN_OPTIONS } from "../run-options.js";
import type { Words } from "../said.js";
import type { Config } from "./types.js";
import { checkWords } from "./words.js";

const section = z.record(z.string(), z.unknown());
const objects = z.array(z.looseObject({ name: z.string() }));
const schema = z.strictObject({
  defaults: section.optional(),
  runs: z.record(z.string(), section).optional(),
  matrix: section.optional(),
  soak: section.optional(),
  reporters: z.array(z.string()).optional(),
  plugins: z
    .strictObject({
      backends: objects.optional(),
      nemeses: objects.optional(),
      workloads: objects.optional(),
      reporters: objects.optional(),
    })
    .optional(),
  budgets: z.strictObject({ time: z.string().optional(), disk: z.string().optional() }).optional(),
});

/** A config whose every word is an option that there is, of the right type; its plugins are known. */
export interface LoadedConfig {
  readonly file: string;
  readonly defaults: Words;
  readonly runs: Readonly<Record<string, Words>>;
  readonly matrix: Words;
  readonly soak: Words;
  /** Those of the command line that it speaks of under names of its own. */
  readonly call: Words;
}

const known = new Map<string, LoadedConfig>();

/** Null: there is none, and none was asked for. Throws a usage error with the path to the field that is wrong. */
export async function loadConfig(file: string | undefined): Promise<LoadedConfig | null> {
  if (file !== undefined && !existsSync(file)) throw usage(file, "there is no such file");
  const raw = await readConfigFile(file).catch((cause: unknown) => {
    throw usage(file ?? "lockjepsen.config", messageOf(cause), cause);
  });
  if (raw === null) return null;
  const loaded = known.get(raw.file) ?? checked(raw.file, raw.config);
  known.set(raw.file, loaded);
  return loaded;
}

function checked(file: string, config: unknown): LoadedConfig {
  const parsed = schema.safeParse(config);
  if (!parsed.success) throw usage(file, told(parsed.error), parsed.error);
  const { reporters, budgets = {}, runs = {}, defaults, matrix, soak, plugins } = parsed.data;
  // Before the words, which may name them.
  if (plugins) registerPlugins(file, (config as Config).plugins ?? {});
  return {
    file,
    defaults: checkWords(file, "defaults", defaults, RUN_OPTIONS),
    runs: Object.fromEntries(
      Object.entries(runs).map(([key, own]) => [key, checkWords(file, `runs.${key}`, own, RUN_OPTIONS)]),
    ),
    matrix: checkWords(file, "matrix", matrix, MATRIX_OPTIONS),
    soak: checkWords(file, "soak", soak, SOAK_OPTIONS),
    call: {
      reporter: reporters?.join(","),
      "time-budget": budgets.time,
      "disk-budget": budgets.disk,
    },
  };
}

/** `budgets.disk: expected string, received number`, or what was probably meant. */
function told({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.map(String).join(".") || "the whole";
  if (issue?.code !== "unrecognized_keys") return `${path}: ${issue?.message.replace("Invalid input: ", "")}`;
  const [key = ""] = issue.keys;
  const at: Readonly<Record<string, readonly string[]>> = {
    plugins: ["backends", "nemeses", "workloads", "reporters"],
    budgets: ["time", "disk"],
  };
  return `${path} has no field "${key}"; ${didYouMean(key, at[path] ?? Object.keys(schema.shape))}`;
}

const usage = (file: string, message: string, cause?: unknown): LockjepsenError =>
  new LockjepsenError(
    "usage",
    `${file} cannot be used: ${message}`,
    'mend it as docs/config.md shows: export default defineConfig({ runs: { name: { backend: "etcd", nemesis: "pause" } } })',
    { cause },
  );
