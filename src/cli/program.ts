import yargs from "yargs";
import { actForOutside, outside } from "../cluster/docker/outside.js";
import { EXIT, LockjepsenError } from "../error.js";
import { outputTo } from "../report/io.js";
import { VERSION } from "../run/environment.js";
import { checkCommand } from "./check.js";
import { cleanCommand } from "./clean.js";
import type { Command } from "./command.js";
import { compareCommand } from "./compare.js";
import { conformCommand } from "./conform.js";
import { convertCommand } from "./convert.js";
import { doctorCommand } from "./doctor.js";
import { blamedVariable, variableOf } from "./environment.js";
import { EXIT_CODES } from "./exit.js";
import { printFailure } from "./failure.js";
import { healCommand } from "./heal.js";
import { initCommand } from "./init.js";
import { imagesCommand } from "./images.js";
import { listCommand } from "./list.js";
import { matrixCommand } from "./matrix.js";
import { mergeCommand } from "./merge.js";
import { reportCommand } from "./report.js";
import { runCommand } from "./run.js";
import { scenarioCommand } from "./scenario.js";
import { serveCommand } from "./serve.js";
import { soakCommand } from "./soak.js";
import { sweepCommand } from "./sweep.js";
import { STDIN_NAME } from "./where.js";
import { usageError } from "./usage.js";

declare module "yargs" {
  // In yargs since 17.6, in its types not yet.
  interface Argv<T> {
    usageConfiguration(configuration: { readonly "hide-types": boolean }): this;
  }
}

const COMMANDS: readonly Command[] = [
  runCommand,
  checkCommand,
  convertCommand,
  reportCommand,
  serveCommand,
  conformCommand,
  compareCommand,
  scenarioCommand,
  matrixCommand,
  soakCommand,
  sweepCommand,
  mergeCommand,
  initCommand,
  listCommand,
  imagesCommand,
  doctorCommand,
  healCommand,
  cleanCommand,
];

/** Does what a command line says. Resolves to the exit code, and never rejects. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  let exitCode: number = EXIT.valid;
  const cli = yargs()
    .scriptName("lockjepsen")
    .usage("$0 <command>\n\nFinds out by experiment whether a distributed lock can be trusted.")
    .locale("en")
    .version(VERSION)
    .alias({ help: "h" })
    .strict()
    .demandCommand(1)
    .exitProcess(false)
    .showHelpOnFail(false)
    .parserConfiguration({ "greedy-arrays": false, "dot-notation": false, "parse-numbers": false })
    .usageConfiguration({ "hide-types": true })
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .example("$0 run --backend etcd --nemesis pause", "freeze the holder of etcd's lock, see what is lost")
    .example("$0 list backends", "what can be tested")
    .epilogue(
      `${EXIT_CODES}\n\nEvery option is also a variable: --dry-run is LOCKJEPSEN_DRY_RUN=1, --hold 0-2s is LOCKJEPSEN_HOLD=0-2s.`,
    )
    .fail((complaint, error) => {
      throw error instanceof Error && error.name !== "YError" ? error : usageError(complaint, args, COMMANDS);
    });
  for (const command of COMMANDS) command.register(cli, env, (code) => (exitCode = code));
  cli.completion("completion", "print a script for shell completion");
  try {
    const forUser = outside();
    if (forUser) actForOutside(forUser);
    // Beside an option yargs loses a lone dash.
    await cli.parseAsync(args.map((word) => (word === "-" ? STDIN_NAME : word)));
    return exitCode;
  } catch (error) {
    return printFailure(withSource(error, args, env), outputTo(process.stderr, env), debugging(args, env));
  }
}

/** Asked for in whichever way: also where the command line could not be read. */
const debugging = (args: readonly string[], env: NodeJS.ProcessEnv): boolean =>
  args.includes("--debug") || !["", "0", "false", "no", "off"].includes(env[variableOf("debug")] ?? "");

/** A bad value that nobody typed: says which variable it stands in. */
function withSource(error: unknown, args: readonly string[], env: NodeJS.ProcessEnv): unknown {
  if (!(error instanceof LockjepsenError) || error.code !== "usage") return error;
  const variable = blamedVariable(error.message, args, env);
  if (variable === undefined) return error;
  return new LockjepsenError("usage", error.message, `${error.hint} (it is set by ${variable})`, {
    cause: error,
  });
}
