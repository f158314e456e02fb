import { expect, it } from "vitest";
import { main } from "./program.js";

/** What the command line says to standard error, without colours. */
async function complain(...args: readonly string[]): Promise<{ code: number; said: string }> {
  let said = "";
  const write = process.stderr.write;
  process.stderr.write = (text) => {
    said += String(text);
    return true;
  };
  try {
    return { code: await main(args, {}), said };
  } finally {
    process.stderr.write = write;
  }
}

it.each([
  [[], /no command is given/, /lockjepsen --help/],
  [["rnu", "-b", "etcd"], /unknown command "rnu"/, /did you mean "run"/],
  [
    ["rnu"],
    /unknown command "rnu"/,
    /did you mean "run"\? known: run, check, convert, report, serve, conform, compare, scenario, matrix, soak, sweep, merge, init, list, images, doctor, heal, clean/,
  ],
  [["run", "--tll", "2s"], /unknown option --tll\n/, /did you mean --ttl\? see `lockjepsen run --help`/],
  [["run", "--tll=2s"], /unknown option --tll\n/, /did you mean --ttl/],
  [["run", "--dry-rum"], /unknown option --dry-rum\n/, /did you mean --dry-run/],
  [["run", "--no-jsn"], /unknown option --jsn\n/, /did you mean --json/],
  [["run", "--clients", "3"], /unknown option --clients\n/, /did you mean --concurrency\?/],
  [["list"], /lockjepsen list needs <what>/, /backends \| nemeses .*: see `lockjepsen list --help`/],
  [["serve", "--output", ".", "--port", "99999"], /--port 99999 is out of range/, /up to 65535/],
  [["convert", "."], /\. is a directory/, /history\.jsonl/],
  [["run", "-x"], /unknown option -x\n/, /lockjepsen run --help/],
  [
    ["run", "etcd"],
    /lockjepsen run: "etcd" is one word too many/,
    /by --backend etcd: .*lockjepsen run --help/,
  ],
  [["run", "--ttl"], /--ttl needs a value/, /lockjepsen run --help/],
  [
    ["run", "-b", "etcd", "--ttl", "2s", "--ttl", "3s"],
    /--ttl is given more than once/,
    /leave all but one out/,
  ],
  [["run", "-b", "etcd", "--repeat", "0"], /--repeat 0 is out of range/, /from 1 to/],
  [["run", "-b", "etcd", "--until", "never"], /--until "never"/, /known: valid, violated/],
  [["run", "-b", "etcd", "--expect", "unknown"], /--expect "unknown"/, /known: valid, violated/],
  [["check"], /lockjepsen check needs <paths>/, /lockjepsen check --help/],
  [["report", "a", "b"], /"b" is one word too many/, /lockjepsen report --help/],
  [["check", "a", "--memory-limit", "much"], /"much" is not a size/, /500M/],
  [["check", "a", "--threads", "0"], /--threads 0 is out of range/, /from 1/],
  [["check", "/dev/null", "-m", "mutx"], /empty/, /another history/],
  [["list", "backend"], /no list of "backend"/, /did you mean "backends"/],
  [["clean", "--dryrun"], /unknown option --dryrun\n/, /did you mean --dry-run/],
])("%j: exit 64, what is wrong and what was meant", async (args, message, hint) => {
  const { code, said } = await complain(...args);
  const [first = "", second = "", ...more] = said.trimEnd().split("\n");
  expect(code).toBe(64);
  expect(`${first}\n`).toMatch(message);
  expect(second).toMatch(hint);
  expect(more).toEqual([]);
});
