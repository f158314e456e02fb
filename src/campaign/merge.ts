/** Shards of one campaign become the whole. */
import { isDeepStrictEqual } from "node:util";
import { relative, resolve } from "node:path";
import { LockjepsenError } from "../error.js";
import { count } from "../report/text.js";
import { shardOf } from "./cells.js";
import { isJudged, type RunRecord } from "./record.js";
import type { Campaign } from "./store.js";

export interface ShardResult {
  readonly directory: string;
  readonly campaign: Campaign;
  readonly records: readonly RunRecord[];
}

/**
 * The campaign with the records of all its shards, in the order of its cells; directories are told from `output`. Throws
 * a usage error where they are not the parts of one campaign, or one is missing, not complete, or there twice.
 */
export function mergeShards(
  shards: readonly ShardResult[],
  output: string,
): { readonly campaign: Campaign; readonly records: readonly RunRecord[] } {
  const [first] = shards;
  if (!first) throw usage("there is nothing to merge", "name the shards' directories");
  const whole = { ...first.campaign, shard: null };
  const other = shards.find(({ campaign }) => !isDeepStrictEqual({ ...campaign, shard: null }, whole));
  if (other)
    throw usage(
      `${other.directory} is no part of the same campaign as ${first.directory}`,
      "merge shards of one",
    );
  const of = first.campaign.shard?.of ?? 1;
  const places = shards.map(({ campaign }) => campaign.shard?.index ?? 1);
  const wrong = shards.find(({ campaign }) => (campaign.shard?.of ?? 1) !== of);
  if (wrong)
    throw usage(
      `${wrong.directory} is a shard of ${wrong.campaign.shard?.of ?? 1}, not of ${of}`,
      "merge shards of one",
    );
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) throw usage(`shard ${twice}/${of} is there twice`, "name each shard once");
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter(
    (place) => !places.includes(place),
  );
  if (missing.length > 0)
    throw usage(
      `shard ${missing.map((place) => `${place}/${of}`).join(", ")} is missing`,
      "name all shards' directories",
    );
  if (whole.kind === "matrix") for (const shard of shards) checkComplete(shard);
  const keys = whole.cells.map(({ key }) => key);
  const records = shards
    .flatMap(({ directory, records }) => madeLast(whole, records).map((one) => moved(one, directory, output)))
    .toSorted((a, b) => keys.indexOf(a.key) - keys.indexOf(b.key));
  return { campaign: whole, records };
}

/** Throws for a shard of a matrix that was ended before all of its cells had run. */
function checkComplete({ directory, campaign: { cells, shard }, records }: ShardResult): void {
  const done = new Set(records.map(({ key }) => key));
  const own = shardOf(cells, shard);
  const open = own.filter(({ key }) => !done.has(key));
  if (open.length > 0)
    throw usage(
      `${directory} is not complete: ${open.length} of its ${count(own.length, "run")} not made, ${open[0]?.key} the first`,
      "run the same command again: it goes on from there",
    );
}

/** A matrix runs each cell once, and tries again what could not be run: what counts is the last time. */
const madeLast = ({ kind }: Campaign, records: readonly RunRecord[]): readonly RunRecord[] =>
  kind === "matrix" ? [...new Map(records.map((record) => [record.key, record])).values()] : records;

const moved = (record: RunRecord, from: string, to: string): RunRecord =>
  isJudged(record) && record.directory !== null
    ? { ...record, directory: relative(resolve(to), resolve(from, record.directory)) }
    : record;

const usage = (message: string, hint: string): LockjepsenError => new LockjepsenError("usage", message, hint);
