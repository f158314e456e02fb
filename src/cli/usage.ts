import { LockjepsenError } from "../error.js";
import { closest, unknownName } from "../suggest.js";
import type { Command } from "./command.js";

const usage = (message: string, hint: string): LockjepsenError => new LockjepsenError("usage", message, hint);

/** What yargs has to say against a command line, in our words: what is wrong, and what was probably meant. */
export function usageError(
  complaint: string,
  args: readonly string[],
  commands: readonly Command[],
): LockjepsenError {
  const [first = ""] = args;
  const command = commands.find(({ name }) => (first.startsWith("-") ? args.includes(name) : name === first));
  const help = `see \`lockjepsen${command ? ` ${command.name}` : ""} --help\``;

  const [, unknown] = /^Unknown (?:argument|command)s?: ([^,]*)/.exec(complaint) ?? [];
  if (unknown !== undefined) {
    // Where the command is unknown its options are too, and yargs names those first.
    const word = command || first.startsWith("-") ? unknown : first;
    if (isOption(word, args)) return unknownOption(word, command, help);
    if (command) {
      const meant =
        "backend" in command.options ? `a lock service is named by --backend ${word}: ${help}` : help;
      return usage(`lockjepsen ${command.name}: "${word}" is one word too many`, meant);
    }
    const names = commands.map(({ name }) => name);
    return unknownName("command", word, names);
  }
  const [, valueless] = /^Not enough arguments following: (.*)$/.exec(complaint) ?? [];
  if (valueless !== undefined) return usage(`${dashed(valueless)} needs a value`, help);
  if (complaint.startsWith("Not enough non-option arguments")) {
    if (command === undefined) return usage("no command is given", help);
    const missing = Object.keys(command.positionals)
      .map((name) => `<${name}>`)
      .join(" ");
    const what = Object.values(command.positionals).join("; ");
    return usage(`lockjepsen ${command.name} needs ${missing}`, `${what}: ${help}`);
  }
  return usage(complaint, help);
}

function unknownOption(name: string, command: Command | undefined, help: string): LockjepsenError {
  const known = Object.keys(command?.options ?? {});
  const meant =
    name.length === 1 ? undefined : (known.find((each) => each === ALSO[name]) ?? closest(name, known));
  return usage(
    `unknown option ${dashed(name)}`,
    meant === undefined ? help : `did you mean --${meant}? ${help}`,
  );
}

/** What else people call an option. */
const ALSO: Readonly<Record<string, string>> = {
  clients: "concurrency",
  fault: "nemesis",
  faults: "nemesis",
  lease: "ttl",
  recipe: "lock",
  servers: "nodes",
  time: "duration",
};

/** yargs tells the bare name: whether it had dashes stands in what was typed. */
const isOption = (name: string, args: readonly string[]): boolean =>
  args.some((arg) =>
    name.length === 1
      ? /^-[^-]/.test(arg) && arg.includes(name)
      : [`--${name}`, `--no-${name}`].includes(arg.split("=")[0] ?? ""),
  );

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
