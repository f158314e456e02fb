import type { ClientEvent, GrantId, RegisterEvent } from "../../src/history/event.js";
import type { Analysis } from "../analysis.js";
import { explainCause, harmCause } from "../explain/harm.js";
import { at, indices, reference, who, withToken } from "../explain/words.js";
import type { GrantFact, RegisterFact } from "../facts/index.js";
import type { Cause, Checker, Finding } from "../types.js";

export const lostUpdate: Checker = {
  name: "lost-update",
  description:
    "an acknowledged write is no ancestor of the final value: it was overwritten by one who had not seen it",
  check: (analysis) => {
    const acknowledged = acknowledgedWrites(analysis);
    return (
      [...analysis.registers.values()]
        // Where a line of its log is missing, what came before it only looks lost.
        .filter(({ incomplete }) => incomplete === null)
        .flatMap((register) => lostIn(register, acknowledged).map((lost) => findingOf(lost, analysis)))
    );
  },
};

/** Writes that their clients were told had been made, by the name of the write. */
export function acknowledgedWrites({
  operations,
}: Pick<Analysis, "operations">): ReadonlyMap<string, ClientEvent> {
  return new Map(
    operations.flatMap(({ invoke, completion }) =>
      invoke.f === "write" && completion?.type === "ok" && invoke.id !== undefined
        ? [[invoke.id, completion]]
        : [],
    ),
  );
}

interface Lost {
  readonly write: RegisterEvent;
  readonly acknowledged: ClientEvent;
  /** The write of the lineage that was computed from a version before it: it took its place. */
  readonly culprit: RegisterEvent;
}

/**
 * Versions fall into the gaps of the lineage: where one that became version 9 was computed from 5, then 6, 7 and 8 are
 * gone, and 9 is what overwrote them.
 */
function lostIn(
  { writes, lineage }: RegisterFact,
  acknowledged: ReadonlyMap<string, ClientEvent>,
): readonly Lost[] {
  const lost: Lost[] = [];
  for (const version of lineage) {
    const culprit = writes[version];
    if (!culprit) continue;
    for (let gone = version - 1; gone > (culprit.parent ?? 0); gone -= 1) {
      const write = writes[gone];
      const told = write?.id === undefined ? undefined : acknowledged.get(write.id);
      if (write && told) lost.push({ write, acknowledged: told, culprit });
    }
  }
  return lost.toReversed();
}

function findingOf({ write, acknowledged, culprit }: Lost, analysis: Analysis): Finding {
  const mine = grantOf(write.grant, analysis);
  const theirs = grantOf(culprit.grant, analysis);
  const { cause, broken } = causeOf(write, culprit, mine, theirs, analysis);
  return {
    kind: "lost-update",
    severity: "violation",
    ...(cause && { cause }),
    ...(cause && cause !== "undetermined" && { expected: !broken }),
    explanation: [
      `${who({ client: write.client, process: write.by })}${mine ? withToken(mine) : ""} was told at ${at(acknowledged.time)} that its write (version ${write.version}) had been made.`,
      `However, ${who({ client: culprit.client, process: culprit.by })}${theirs ? withToken(theirs) : ""} wrote version ${culprit.version} at ${at(culprit.time)}, computed from version ${culprit.parent ?? 0}, which it had read before: the update is gone from the final value.`,
      causeInWords(cause, mine, theirs),
    ].join(" "),
    ops: indices(mine?.acquire.completion, theirs?.acquire.completion, write, acknowledged, culprit),
    time: culprit.time,
    lock: write.lock,
    ...(mine && theirs && { grants: [reference(mine), reference(theirs)] }),
  };
}

function causeOf(
  write: RegisterEvent,
  culprit: RegisterEvent,
  mine: GrantFact | undefined,
  theirs: GrantFact | undefined,
  analysis: Analysis,
): { cause?: Cause; broken: boolean } {
  if (!mine || !theirs) return { broken: false }; // one of the two wrote without a lock: `unlocked-write` says so
  // Either may have been the one that came too late: the culprit's write from long ago, or the lost one, which landed
  // between the culprit's read and its write.
  for (const [grant, other, event] of [
    [theirs, mine, culprit],
    [mine, theirs, write],
  ] as const) {
    const { cause, overlap } = harmCause(grant, other, event.time, analysis);
    if (cause !== "undetermined") return { cause, broken: overlap?.broken ?? false };
  }
  return { cause: "undetermined", broken: false };
}

function causeInWords(
  cause: Cause | undefined,
  mine: GrantFact | undefined,
  theirs: GrantFact | undefined,
): string {
  if (!mine || !theirs) return "One of the two wrote without having the lock.";
  const [stale, other] = mine.from < theirs.from ? [mine, theirs] : [theirs, mine];
  return explainCause(cause ?? "undetermined", stale, other);
}

const grantOf = (id: GrantId | undefined, { grantById }: Analysis): GrantFact | undefined =>
  id === undefined ? undefined : grantById.get(id);
