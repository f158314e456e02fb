import type { Percentiles } from "../../../checker/types.js";
import { folded, WIDEST, wrap } from "../../report/text.js";
import type { Circumstances } from "../../run/environment.js";
import type { Measured } from "./measure.js";

/** What articles and documentation commonly give for the time to take an uncontended lock. */
const CLAIMED: Readonly<Record<string, string>> = {
  redis: "about 1 ms",
  valkey: "about 1 ms",
  "redis-sentinel": "about 1 ms",
  redlock: "1-10 ms",
  etcd: "5-50 ms",
  zookeeper: "10-50 ms",
  consul: "10-50 ms",
  postgres: "1-5 ms",
};

const HEAD = [
  "lock",
  "servers",
  "TTL",
  "acquire alone",
  "release alone",
  "claimed",
  "grants/s of 10",
  "acquire of 10",
  "hand-over",
  "after a death",
  "requests a grant",
] as const;

/** `1.2 / 3.4`: median and 99th percentile, ms. */
const pair = (times: Percentiles | null): string =>
  times === null ? "-" : `${short(times.p50)} / ${short(times.p99)}`;
const short = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
const seconds = (times: Percentiles | null): string =>
  times === null ? "-" : `${(times.p50 / 1_000).toFixed(1)} s (${times.count})`;

const rowOf = ({ alone, crowd, ...rest }: Measured): readonly string[] => [
  `${rest.backend} ${rest.version} ${rest.lock}`,
  String(rest.servers),
  `${rest.ttlMs / 1_000} s`,
  pair(alone.acquire),
  pair(alone.release),
  CLAIMED[rest.backend] ?? "-",
  crowd.grantsPerSecond.toFixed(1),
  pair(crowd.acquire),
  pair(crowd.handOver),
  seconds(rest.handOverAfterDeath),
  crowd.requestsPerGrant?.toFixed(1) ?? "-",
];

const LEGEND = `Times are median / 99th percentile in ms. Alone: one client, who takes the lock and gives it back again and again.
Claimed: what articles and documentation commonly give for taking a lock that is free. Hand-over: from the request to
release to the next holder's ok, among 10 clients. After a death: median from the holder's SIGKILL to the next holder's
ok, and of how many. Requests: data segments that clients sent the service, per grant among 10; 0: it has no server.
`;

export function comparisonText(all: readonly Measured[], columns: number): string {
  const parts = folded([HEAD, ...all.map(rowOf)], columns).map((lines) => lines.join("\n"));
  return `${[...parts, wrap(LEGEND, Math.min(columns, WIDEST)).join("\n")].join("\n\n")}\n`;
}

/** `command`: what makes it again. */
export function comparisonMarkdown(
  all: readonly Measured[],
  { command, circumstances }: { readonly command: string; readonly circumstances: Circumstances },
): string {
  const { version, date, machine } = circumstances;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    "# What locks cost",
    "On a calm day: no fault but the death in the last but one column.",
    `Made on ${date} by lockjepsen ${version} (${machine}):\n\n\`\`\`sh\n${command}\n\`\`\``,
    [line(HEAD), line(HEAD.map(() => "---")), ...all.map((one) => line(rowOf(one)))].join("\n"),
    LEGEND,
  ].join("\n\n");
}
