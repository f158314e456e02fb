/**
 * One chain of ours per host, with the rules of every fault in effect there. The kernel's own copy is the only one: a
 * fault's rules are found again by their mark, also by another process, after this one was killed.
 */
import { lastLine } from "../../src/cluster/command.js";
import type { Host } from "../../src/cluster/types.js";
import { LockjepsenError } from "../../src/error.js";
import { findIptables, type Iptables } from "./iptables.js";
import { takingTurns } from "./turns.js";

/** What is matched and done of all that comes in, in iptables' words: `-s 10.77.0.2 -j DROP`. */
export type Rule = string;

export interface CountedRule {
  readonly rule: Rule;
  /** Packets that it met so far. */
  readonly packets: number;
}

const CHAIN = "LOCKJEPSEN";
const JUMP = `-A INPUT -j ${CHAIN}`;

/** Puts a fault's rules before all others of ours, at once: the latest fault decides. */
export async function addRules(host: Host, fault: string, rules: readonly Rule[]): Promise<void> {
  await change(host, (present) => [
    ...rules.map((rule) => marked(rule, fault)),
    ...present.filter((line) => !isOf(line, fault)),
  ]);
}

/** Takes a fault's rules away; with the last of them the chain. Nothing is to be done on a host that is no more. */
export async function removeRules(host: Host, fault: string): Promise<void> {
  try {
    await change(host, (present) => present.filter((line) => !isOf(line, fault)));
  } catch (error) {
    if (await isThere(host)) throw error;
  }
}

/** Whether anything can be run inside its network. */
const isThere = async (host: Host): Promise<boolean> =>
  (await host.exec(["true"], { timeoutMs: TIMEOUT_MS })).code === 0;

/** A fault's rules on a host, in the order that they were given. */
export async function countRules(host: Host, fault: string): Promise<readonly CountedRule[]> {
  const { rules } = await read(host, await program());
  return rules.filter(({ rule }) => isOf(rule, fault));
}

const inTurn = takingTurns();

async function change(host: Host, next: (present: readonly string[]) => readonly string[]): Promise<void> {
  await inTurn(host, async () => {
    const iptables = await program();
    const { rules, jumps } = await read(host, iptables);
    const present = rules.map(({ rule }) => rule);
    const lines = next(present);
    if (lines.length > 0 || present.length > 0 || jumps) await write(host, iptables, lines, jumps);
  });
}

async function read(
  host: Host,
  { save }: Iptables,
): Promise<{ readonly rules: readonly CountedRule[]; readonly jumps: boolean }> {
  const { code, stdout, stderr } = await host.exec([save, "-c", "-t", "filter"], { timeoutMs: TIMEOUT_MS });
  if (code !== 0) throw failed(host, stderr);
  const lines = stdout.split("\n").map((line) => /^\[(\d+):\d+\] (.*)$/.exec(line));
  const rules = lines.flatMap((match) =>
    match?.[2]?.startsWith(`-A ${CHAIN} `)
      ? [{ rule: match[2].slice(`-A ${CHAIN} `.length), packets: Number(match[1]) }]
      : [],
  );
  return { rules, jumps: lines.some((match) => match?.[2] === JUMP) };
}

/** In one transaction: there is no moment with half of the rules. */
async function write(
  host: Host,
  { restore }: Iptables,
  rules: readonly string[],
  jumps: boolean,
): Promise<void> {
  const gone = rules.length === 0;
  const lines = [
    "*filter",
    `:${CHAIN} - [0:0]`, // makes it, or empties it
    ...(jumps || gone ? [] : [`-I INPUT 1 -j ${CHAIN}`]),
    ...rules.map((rule) => `-A ${CHAIN} ${rule}`),
    ...(gone && jumps ? [`-D INPUT -j ${CHAIN}`] : []),
    ...(gone ? [`-X ${CHAIN}`] : []),
    "COMMIT",
  ];
  const argv = ["sh", "-c", 'printf "%s\\n" "$2" | "$1" --noflush -w 5', "sh", restore, lines.join("\n")];
  const { code, stderr } = await host.exec(argv, { timeoutMs: TIMEOUT_MS });
  if (code !== 0) throw failed(host, stderr);
}

const TIMEOUT_MS = 10_000;
const mark = (fault: string): string => `lockjepsen-${fault}`;
const marked = (rule: Rule, fault: string): string =>
  rule.replace(/ -j /, ` -m comment --comment ${mark(fault)} -j `);
const isOf = (line: string, fault: string): boolean =>
  new RegExp(`--comment "?${mark(fault)}"?( |$)`).test(line);

async function program(): Promise<Iptables> {
  const found = await findIptables();
  if ("restore" in found) return found;
  throw new LockjepsenError("environment", found.reason, found.mend);
}

const failed = (host: Host, stderr: string): LockjepsenError =>
  new LockjepsenError(
    "environment",
    `${host.name}: iptables failed: ${lastLine(stderr) || "it did not end in time"}`,
    "run `lockjepsen doctor`: it says what is missing",
  );
