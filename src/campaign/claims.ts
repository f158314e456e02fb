/** What became of every claim that was tried here: `claims.json`, and the page that is made of it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LockjepsenError, messageOf } from "../error.js";
import { count } from "../report/text.js";
import type { Circumstances } from "../run/environment.js";
import { outcomeText, type Settled } from "./scenario.js";

/** A claim as it is kept. */
export interface Kept extends Settled {
  readonly made: Circumstances;
}

const schema = z.object({
  version: z.literal(1),
  claims: z.array(
    z.looseObject({ name: z.string(), attempts: z.array(z.looseObject({ because: z.string() })) }),
  ),
});

export interface ClaimsStore {
  /** What there is of these names, in their order. */
  claims(names: readonly string[]): readonly Kept[];
  /** In place of what that claim had come to before. */
  keep(claim: Kept): void;
  write(page: string): void;
}

/** Of a directory: a claim can be tried again without the others. Throws a usage error for a file that is not ours. */
export function openClaims(directory: string): ClaimsStore {
  const file = join(directory, "claims.json");
  const claims = (): readonly Kept[] => (existsSync(file) ? read(file) : []);
  claims(); // before anything is run
  const write = (name: string, text: string): void => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  return {
    claims: (names) => names.flatMap((name) => claims().filter((claim) => claim.name === name)),
    keep(claim) {
      // Read anew: another call may have settled others meanwhile.
      const all = [...claims().filter(({ name }) => name !== claim.name), claim];
      write("claims.json", `${JSON.stringify({ version: 1, claims: all }, null, 2)}\n`);
    },
    write: (page) => write("claims.md", page),
  };
}

function read(file: string): readonly Kept[] {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8"))).claims as unknown as readonly Kept[];
  } catch (cause) {
    throw new LockjepsenError(
      "usage",
      `${file} holds no claims: ${messageOf(cause)}`,
      "name another --output, or remove that file",
      { cause },
    );
  }
}

const MINUTE = 60;

/** `docs/claims.md`: every claim with what became of it, and the figures that say so. Pure. */
export function claimsMarkdown(claims: readonly Kept[]): string {
  const settled = claims.filter(({ outcome }) => outcome !== "unknown");
  const tellings = ["confirmed", "refuted", "unknown"] as const;
  const counts = tellings
    .map((word) => [word, claims.filter(({ outcome }) => outcome === word).length] as const)
    .filter(([, times]) => times > 0)
    .map(([word, times]) => `${times} ${word === "unknown" ? "not settled" : word}`);
  const slow = claims.filter((claim) => secondsOf(claim) > MINUTE);
  return `# Claims, settled

What people say of locks, and what real runs say of it: of ${count(claims.length, "claim")}, ${counts.join(", ")}.
Made by \`lockjepsen scenario run --all --markdown\` (${circumstancesOf(claims)}). Each can be tried
again by \`lockjepsen scenario run NAME\`, with \`--repeat 20\` for how often it comes out like this.

| claim | outcome | figures | took |
| --- | --- | --- | --- |
${claims.map(row).join("\n")}
${slow.length === 0 ? "" : `\nOver a minute:\n\n${slow.map((one) => `- \`${one.name}\`: ${one.slow ?? "its servers took long to start, for the machine was busy"}`).join("\n")}\n`}${settled.length === claims.length ? "" : "\nNot settled: what was to be seen was not seen this time, which neither confirms nor refutes a claim.\n"}`;
}

function row(claim: Kept): string {
  const cells = [
    `${claim.claim}<br>\`${claim.name}\`; ${claim.source}`,
    `**${outcomeText(claim)}**`,
    toldBy(claim)?.because ?? "",
    `${secondsOf(claim)} s`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The attempt that came to what the claim came to. */
const toldBy = ({ attempts, outcome }: Kept): Kept["attempts"][number] | undefined =>
  attempts.find((attempt) => attempt.outcome === outcome) ?? attempts[0];

const secondsOf = (claim: Kept): number => Math.round((toldBy(claim)?.tookMs ?? 0) / 1_000);

/** `lockjepsen 0.1.0, 2026-11-21, Linux 6.18, 2 cores`, of each that there was. */
const circumstancesOf = (claims: readonly Kept[]): string =>
  [...new Set(claims.map(({ made }) => `lockjepsen ${made.version}, ${made.date}, ${made.machine}`))].join(
    "; ",
  );
