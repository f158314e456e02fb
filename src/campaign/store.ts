/** The directory of a campaign: what it is, and a line for each run. Complete at every moment, so that it can be resumed. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { LockjepsenError, messageOf } from "../error.js";
import { writing } from "../write-error.js";
import type { Cell, Shard } from "./cells.js";
import type { RunRecord } from "./record.js";

/** `campaign.json`. */
export interface Campaign {
  readonly version: 1;
  readonly kind: "matrix" | "soak" | "sweep";
  /** All cells, also those of other shards. */
  readonly cells: readonly Cell[];
  readonly seed: number;
  readonly shard: Shard | null;
}

export interface CampaignStore {
  readonly directory: string;
  /** What earlier, unfinished calls have done. */
  readonly earlier: readonly RunRecord[];
  append(record: RunRecord): void;
  write(name: string, text: string): string;
  /** Removes what stands for the campaign: it was none. */
  forget(): void;
}

const files = (directory: string) => ({
  campaign: join(directory, "campaign.json"),
  runs: join(directory, "runs.jsonl"),
});

/** Begins a campaign, or goes on with the same one. Throws a usage error where another one stands there. */
export function openCampaign(directory: string, campaign: Campaign): CampaignStore {
  const { campaign: head, runs } = files(directory);
  // What is to be done, whoever said it: a variable may say today what was typed yesterday.
  const what = (key: string, value: unknown): unknown => (key === "sources" ? undefined : value);
  const plain = JSON.parse(JSON.stringify(campaign, what)) as Campaign;
  if (existsSync(head)) {
    if (!isDeepStrictEqual(readCampaign(directory).campaign, plain))
      throw new LockjepsenError(
        "usage",
        `${directory} holds another ${campaign.kind}`,
        "name another --output, or remove that one",
      );
  } else
    guarded(head, () => {
      mkdirSync(directory, { recursive: true });
      writeFileSync(head, `${JSON.stringify(plain, null, 2)}\n`);
    });
  if (existsSync(runs)) guarded(runs, () => dropTorn(runs));
  return {
    directory,
    earlier: existsSync(runs) ? readRecords(runs) : [],
    append: (record) => guarded(runs, () => appendFileSync(runs, `${JSON.stringify(record)}\n`)),
    write(name, text) {
      const file = join(directory, name);
      guarded(file, () => writeFileSync(file, text));
      return file;
    },
    forget() {
      for (const file of [head, runs]) rmSync(file, { force: true });
    },
  };
}

/** A campaign as it was left. Throws a usage error for what is none. */
export function readCampaign(directory: string): {
  readonly campaign: Campaign;
  readonly records: readonly RunRecord[];
} {
  const { campaign: head, runs } = files(directory);
  if (!existsSync(head))
    throw new LockjepsenError(
      "usage",
      `${directory} holds no campaign: there is no ${head}`,
      "name the --output of a matrix or a soak",
    );
  try {
    const campaign = JSON.parse(readFileSync(head, "utf8")) as Campaign;
    if (campaign.version !== 1) throw new Error(`its version is ${String(campaign.version)}, not 1`);
    return { campaign, records: existsSync(runs) ? readRecords(runs) : [] };
  } catch (cause) {
    throw new LockjepsenError(
      "usage",
      `${directory} holds no campaign: ${messageOf(cause)}`,
      "name the --output of a matrix or a soak",
      { cause },
    );
  }
}

/** A last line without its end was never finished, and the next one must not be added to it: that run is made again. */
function dropTorn(file: string): void {
  const whole = readFileSync(file);
  truncateSync(file, whole.lastIndexOf("\n") + 1);
}

/** Whole lines only. */
function readRecords(file: string): readonly RunRecord[] {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as RunRecord;
    } catch (cause) {
      throw new LockjepsenError(
        "usage",
        `${file}: line ${index + 1} is damaged`,
        "remove that line: its run is made again",
        { cause },
      );
    }
  });
}

const guarded = (file: string, action: () => void): void => writing(file, "choose another --output", action);
