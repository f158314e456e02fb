import type { VerdictDocument } from "./types.js";
import { folded, percent } from "./text.js";

/** Two runs (or more) beside each other: what differs in what was asked for, then what came of it. Pure. */
export function sideBySide(documents: readonly VerdictDocument[], columns = Infinity): string {
  const rows: (readonly [string, ...string[]])[] = [
    ["run", ...documents.map(({ run }) => run.id)],
    ...QUESTIONS.map(([name, of]) => [name, ...documents.map(of)] as const).filter(differs),
    ["verdict", ...documents.map(({ verdict }) => verdict)],
    ...ANSWERS.map(([name, of]) => [name, ...documents.map(of)] as const),
    ...kindsOf(documents),
    ...causesOf(documents),
  ];
  return folded(rows, columns)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

type Column = readonly [name: string, of: (document: VerdictDocument) => string];

const QUESTIONS: readonly Column[] = [
  ["service", ({ run }) => `${run.backend} ${run.version}`],
  ["lock", ({ run }) => run.lock],
  ["TTL", ({ run }) => `${run.ttlMs / 1_000} s`],
  ["nemesis", ({ run }) => `${run.nemesis}${run.target === null ? "" : ` of ${run.target}`}`],
  ["fencing", ({ run }) => run.fencing],
  ["discipline", ({ run }) => run.discipline],
  ["workload", ({ run }) => run.workload],
  ["clients", ({ run }) => String(run.clients)],
  ["duration", ({ run }) => `${run.durationMs / 1_000} s`],
  ["runtime", ({ run }) => run.runtime],
  ["seed", ({ run }) => String(run.seed)],
];

const ANSWERS: readonly Column[] = [
  [
    "updates lost",
    ({ updates }) => `${updates.lost} of ${updates.acknowledged} (${percent(updates.lostShare)})`,
  ],
  ["broken promises", ({ brokenPromises }) => String(brokenPromises)],
  ["challenged grants", ({ challenged, grants }) => `${challenged} of ${grants}`],
  [
    "faults verified",
    ({ faults }) => `${faults.filter(({ verified }) => verified).length} of ${faults.length}`,
  ],
  ["a fence would save", ({ fence }) => (fence === null ? "-" : String(fence.wouldSave))],
  ["acquire, ms", ({ latency }) => milliseconds(latency["acquire"])],
  ["release, ms", ({ latency }) => milliseconds(latency["release"])],
  ["hand-over, ms", ({ handOver }) => milliseconds(handOver.released)],
  ["grants a second", ({ throughput }) => throughput.toFixed(1)],
];

const milliseconds = (times: { readonly p50: number; readonly p99: number } | null | undefined): string =>
  times ? `${times.p50.toFixed(1)} / ${times.p99.toFixed(1)}` : "-";

const differs = ([, first, ...others]: readonly [string, ...string[]]): boolean =>
  others.some((other) => other !== first);

/** A row for each kind of violation that any of them has. */
function kindsOf(documents: readonly VerdictDocument[]): (readonly [string, ...string[]])[] {
  const kinds = new Set(documents.flatMap(({ counts }) => Object.keys(counts) as (keyof typeof counts)[]));
  return [...kinds].map((kind) => [kind, ...documents.map(({ counts }) => String(counts[kind] ?? 0))]);
}

function causesOf(documents: readonly VerdictDocument[]): (readonly [string, ...string[]])[] {
  const causes = new Set(documents.flatMap(({ causes }) => Object.keys(causes) as (keyof typeof causes)[]));
  return [...causes].map((cause) => [
    `overlaps by ${cause}`,
    ...documents.map((document) => String(document.causes[cause] ?? 0)),
  ]);
}
