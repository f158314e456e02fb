import type { Argv, InferredOptionTypes, Options, PositionalOptions } from "yargs";
import { LockjepsenError } from "../error.js";
import { fromEnvironment } from "./environment.js";
import { layered, only, saying, type Said, type Words } from "./said.js";

export type OptionTable = Readonly<Record<string, Options>>;
/** `array`: the last one only, which takes one word or more; with `optional` also none. */
type Positionals = Readonly<
  Record<
    string,
    PositionalOptions & { readonly type: "string" } & (
        | { readonly array?: never; readonly optional?: never }
        | { readonly array: true; readonly optional?: true }
      )
  >
>;
type PositionalWords<P extends Positionals> = {
  readonly [K in keyof P]: P[K] extends { readonly array: true } ? readonly string[] : string;
};

/** One command as data. `run` imports what it needs by itself, so that `--help` loads yargs alone. */
interface CommandSpec<O extends OptionTable, P extends Positionals> {
  readonly name: string;
  readonly description: string;
  /** In the order of the command line. */
  readonly positionals: P;
  readonly options: O;
  /** What to type, and what that does. */
  readonly examples: readonly (readonly [string, string])[];
  /** Further text under its help. */
  readonly epilogue?: string;
  /** `said`: the options of `argv`, and who said them. Resolves to the exit code. */
  run(argv: InferredOptionTypes<O> & PositionalWords<P>, said: Said): Promise<number>;
}

export interface Command {
  readonly name: string;
  readonly description: string;
  /** By name, what each is. */
  readonly positionals: Readonly<Record<string, string>>;
  readonly options: OptionTable;
  /** Adds the command to yargs; `done` hears the exit code. */
  register(cli: Argv, env: NodeJS.ProcessEnv, done: (exitCode: number) => void): Argv;
}

/** What every command takes beside its own options. */
export const COMMON = {
  debug: { type: "boolean", describe: "print the stack of an error" },
} as const satisfies OptionTable;

export function command<const O extends OptionTable, const P extends Positionals>(
  spec: CommandSpec<O, P>,
): Command {
  const options: OptionTable = { ...spec.options, ...COMMON };
  const positionals = Object.fromEntries(
    Object.entries(spec.positionals).map(([name, { describe }]) => [name, describe ?? name]),
  );
  return {
    name: spec.name,
    description: spec.description,
    positionals,
    options,
    register: (cli, env, done) =>
      cli.command(
        [spec.name, ...Object.entries(spec.positionals).map(place)].join(" "),
        spec.description,
        (own) => {
          for (const [name, { optional: _, ...positional }] of Object.entries(spec.positionals))
            own.positional(name, positional);
          for (const [line, what] of spec.examples) own.example(`$0 ${line}`, what);
          if (spec.epilogue !== undefined) own.epilogue(spec.epilogue);
          return own.options(options);
        },
        async (argv) => {
          refuseTwice(argv, options);
          const typed = only(saying("flag", argv as Words), Object.keys(options));
          const said = layered(typed, saying("environment", fromEnvironment(options, env)));
          // yargs has checked the words against these very tables.
          done(await spec.run({ ...argv, ...said.words } as unknown as Parameters<typeof spec.run>[0], said));
        },
      ),
  };
}

function place([name, { array, optional }]: [string, Positionals[string]]): string {
  if (array !== true) return `<${name}>`;
  return optional === true ? `[${name}..]` : `<${name}..>`;
}

/** yargs makes an array of an option given twice; nobody means that. */
function refuseTwice(argv: Readonly<Record<string, unknown>>, options: OptionTable): void {
  for (const [name, { array }] of Object.entries(options))
    if (array !== true && Array.isArray(argv[name]))
      throw new LockjepsenError("usage", `--${name} is given more than once`, "leave all but one out");
}
