import type { VerdictDocument } from "./types.js";

/** What a run did not test, so that nobody reads more into its verdict than there is. Sentences. */
export function limits(document: VerdictDocument): readonly string[] {
  const { run, faults } = document;
  const made = new Set(faults.filter((fault) => fault.verified).map((fault) => fault.name));
  const onServers = faults.some(
    (fault) => fault.verified && fault.nodes.some((node) => !/^c\d+$/.test(node)),
  );
  const missing = OTHERS.filter(([name]) => !made.has(name)).map(([, words]) => words);
  const sentences = [
    made.size === 0
      ? "No fault was verified in effect: this shows a calm day only."
      : !onServers &&
        "Faults hit clients only: the servers themselves were never disturbed (--target leader or servers does that).",
    missing.length > 0 && `It did not try ${list(missing)}.`,
    made.has("kill") &&
      "A process that is killed loses nothing of what the kernel has cached: this says nothing about fsync and power loss.",
    "All servers and clients ran on one machine, with its short network and its one monotonic clock.",
    run.discipline === "trusting" &&
      "Clients were trusting: they never looked at their lease before a write, as most programs do not (--discipline checking does).",
    run.fencing === "off" && "The store was not fenced (--fencing on does that).",
    "The seed fixes whom the faults hit, when, and for how long. The operating system's schedule is not in it: a second run differs in detail.",
    document.verdict === "valid" &&
      "A run that found nothing is evidence, not proof: repeat it (--repeat 20) before you rely on it.",
  ];
  return sentences.filter((sentence) => sentence !== false);
}

const OTHERS: readonly (readonly [name: string, words: string])[] = [
  ["pause", "pauses"],
  ["kill", "crashes"],
  ["partition", "network partitions"],
  ["clock", "clock jumps"],
  ["slow", "slow networks"],
];

function list(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
