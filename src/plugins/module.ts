/** Modules of others, in TypeScript too: configs, and what is written in a file of its own. */
import { existsSync, readdirSync } from "node:fs";
import { extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Jiti } from "jiti";

/** A config as it was written, unchecked. */
export interface RawConfig {
  /** Absolute. */
  readonly file: string;
  readonly config: unknown;
}

const NAME = /^lockjepsen\.config\.\w+$/;
/** Node 20 reads no TypeScript by itself; the compiled sources are JavaScript, and stand beside nothing of the kind. */
export const isTypeScript = (file: string): boolean => /^\.[cm]?ts$/.test(extname(file));

/** What such a module exports as default, or the whole. Rejects as the module does. */
export const importTypeScript = async (url: string): Promise<unknown> =>
  (await transpiler()).import(url.startsWith("file:") ? fileURLToPath(url) : resolve(url));

const read = new Map<string, Promise<RawConfig | null>>();

/** The config that is named, or the one of this directory; null: there is none. Read once. Rejects as its module does. */
export function readConfigFile(file?: string): Promise<RawConfig | null> {
  const key = file === undefined ? process.cwd() : resolve(file);
  const known = read.get(key) ?? load(file);
  read.set(key, known);
  return known;
}

async function load(file: string | undefined): Promise<RawConfig | null> {
  // What is not there needs no loader.
  if (file === undefined && !readdirSync(".").some((name) => NAME.test(name))) return null;
  const { loadConfig } = await import("c12");
  const loaded = await loadConfig({
    name: "lockjepsen",
    ...(file !== undefined && { configFile: resolve(file) }),
    rcFile: false,
    packageJson: false,
    globalRc: false,
    dotenv: false,
    giget: false,
    jiti: await transpiler(),
  });
  const found = loaded.configFile;
  return found !== undefined && existsSync(found) ? { file: found, config: loaded.config } : null;
}

let ready: Promise<Jiti> | undefined;

/** Leaves no cache behind. A config imports us, who are installed nowhere near it under npx: we give it ourselves. */
const transpiler = (): Promise<Jiti> => (ready ??= makeTranspiler());

async function makeTranspiler(): Promise<Jiti> {
  const [{ createJiti }, lockjepsen] = await Promise.all([import("jiti"), import("../index.js")]);
  return createJiti(import.meta.url, { fsCache: false, virtualModules: { lockjepsen } });
}
