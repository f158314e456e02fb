import type { ClientEvent, GrantId, RegisterEvent } from "../../src/history/event.js";
import type { Analysis } from "../analysis.js";
import { becauseOf } from "../explain/cause.js";
import { at, indices, reference, who, withToken } from "../explain/words.js";
import { faultsBehind } from "../facts/behind.js";
import type { GrantFact, RegisterFact } from "../facts/index.js";
import { harmBetween, isExpected } from "../harm.js";
import type { Checker, Finding } from "../types.js";

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

/** Writes that their clients were told had been made, by the name of the write: nothing else has one. */
export function acknowledgedWrites({
  operations,
}: Pick<Analysis, "operations">): ReadonlyMap<string, ClientEvent> {
  return new Map(
    operations.flatMap(({ invoke, completion }) =>
      completion?.type === "ok" && invoke.id !== undefined ? [[invoke.id, completion]] : [],
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
  // A resource that looks after itself has nobody else to blame.
  const itself = analysis.context.promises.exclusion === "resource";
  const harm =
    mine &&
    theirs &&
    !itself &&
    harmBetween({ grant: theirs, write: culprit }, { grant: mine, write }, analysis);
  const expected = itself ? false : harm ? isExpected(harm) : undefined;
  return {
    kind: "lost-update",
    severity: "violation",
    // One of the two wrote without a lock: `unlocked-write` says so, and no lock is to blame.
    ...(harm && { cause: harm.cause }),
    ...(expected !== undefined && { expected }),
    explanation: [
      `${who({ client: write.client, process: write.by })}${mine ? withToken(mine) : ""} was told at ${at(acknowledged.time)} that its write (version ${write.version}) had been made.`,
      `However, ${who({ client: culprit.client, process: culprit.by })}${theirs ? withToken(theirs) : ""} wrote version ${culprit.version} at ${at(culprit.time)}, computed from version ${culprit.parent ?? 0} without knowing of it: the update is gone from the final value.`,
      itself
        ? "No lock was to prevent that, but what is written to: it must not have accepted both."
        : harm
          ? becauseOf(harm, analysis)
          : "One of the two wrote without having the lock.",
    ].join(" "),
    ops: indices(mine?.acquire.completion, theirs?.acquire.completion, write, acknowledged, culprit),
    time: culprit.time,
    lock: write.lock,
    ...(mine &&
      theirs && {
        grants: [reference(mine), reference(theirs)],
        faults: faultsBehind(mine, theirs, culprit.time, analysis),
      }),
  };
}

const grantOf = (id: GrantId | undefined, { grantById }: Analysis): GrantFact | undefined =>
  id === undefined ? undefined : grantById.get(id);
