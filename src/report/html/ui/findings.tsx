import { useState } from "preact/hooks";
import type { Finding } from "../../../../checker/types.js";
import { causeWords, KIND_WORDS, WORST_FIRST } from "../../words.js";
import { count, moment, whole } from "./format.js";
import type { Model, Shown } from "./model.js";
import { Picture } from "./picture.js";
import { Steps } from "./steps.js";
import { tell } from "./story.js";

interface Props {
  readonly model: Model;
  onJump(shown: Shown): void;
}

/** More buttons than these are no help: the rest is counted. */
const MOST_LISTED = 500;
const FEW = 24;

export function Violations({ model, onJump }: Props) {
  const groups = groupsOf(model, "violation");
  if (groups.length === 0) return null;
  return (
    <section id="violations" aria-labelledby="violations-title">
      <h2 id="violations-title">What went wrong</h2>
      {groups.map((group, place) => (
        <Group
          key={group.key}
          group={group}
          model={model}
          onJump={onJump}
          // Kinds that share a cause share its remedy: said once, where it comes up first.
          explained={
            groups.findIndex(({ cause, expected }) => cause === group.cause && expected === group.expected) <
            place
          }
        />
      ))}
    </section>
  );
}

export function Notes({ model, onJump }: Props) {
  const groups = groupsOf(model, "note");
  if (groups.length === 0) return null;
  return (
    <section id="notes" aria-labelledby="notes-title">
      <h2 id="notes-title">Notes</h2>
      <p class="lead">Not as it should be in an ideal world, but without harm to the data in this run.</p>
      {groups.map((group) => (
        <details key={group.key} class="note">
          <summary>
            <b>{headOf(group)}</b> <span class="muted">{count(group.shown.length, "time")}</span>
          </summary>
          <Group group={group} model={model} onJump={onJump} explained={false} />
        </details>
      ))}
    </section>
  );
}

interface Group {
  readonly key: string;
  readonly kind: Finding["kind"];
  readonly cause: Finding["cause"];
  readonly expected: Finding["expected"];
  readonly shown: readonly Shown[];
  /** Of this kind in all, also those that the list of findings leaves out. */
  readonly total: number | null;
}

function groupsOf({ findings, payload }: Model, severity: Finding["severity"]): readonly Group[] {
  const groups = new Map<string, Shown[]>();
  for (const shown of findings) {
    if (shown.finding.severity !== severity) continue;
    const { kind, cause, expected } = shown.finding;
    const key = `${kind}/${cause ?? ""}/${expected ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), shown]);
  }
  const totals = severity === "violation" ? payload.document.counts : payload.document.notes;
  return [...groups]
    .flatMap(([key, shown]) => {
      const [first] = shown;
      if (!first) return [];
      const { kind, cause, expected } = first.finding;
      const listed = findings.filter(
        ({ finding }) => finding.kind === kind && finding.severity === severity,
      ).length;
      const total = totals[kind] ?? listed;
      return [{ key, kind, cause, expected, shown, total: total > listed ? total : null }];
    })
    .toSorted(
      (a, b) =>
        WORST_FIRST.indexOf(a.kind) - WORST_FIRST.indexOf(b.kind) ||
        Number(b.expected === false) - Number(a.expected === false),
    );
}

function headOf({ kind, cause, expected }: Group): string {
  const why = cause === undefined ? "" : `: ${causeWords(cause, expected).title}`;
  return `${KIND_WORDS[kind].title}${why}`;
}

interface GroupProps extends Props {
  readonly group: Group;
  /** The words of its cause stand above already. */
  readonly explained: boolean;
}

function Group({ group, model, onJump, explained }: GroupProps) {
  const [place, setPlace] = useState(0);
  const { kind, cause, expected, shown, total } = group;
  const exemplar = shown[place] ?? shown[0];
  if (!exemplar) return null;
  const words = cause === undefined || explained ? null : causeWords(cause, expected);
  return (
    <article class="group">
      <header>
        <h3>
          {headOf(group)} <Expected finding={exemplar.finding} />
        </h3>
        <span class="times">
          {count(shown.length, "time")}
          {total !== null && ` listed, of ${whole(total)} of this kind`}
        </span>
      </header>
      <p class="meaning">
        {KIND_WORDS[kind].meaning} <span class="muted">{words?.meaning}</span>
      </p>
      <Exemplar key={exemplar.number} shown={exemplar} model={model} onJump={onJump} />
      {shown.length > 1 && (
        <Rest
          shown={shown}
          place={place}
          onChoose={(n, each) => {
            setPlace(n);
            onJump(each);
          }}
        />
      )}
      {words && (
        <p class="remedy">
          <b>What to do about it.</b> {words.remedy}
        </p>
      )}
    </article>
  );
}

interface RestProps {
  readonly shown: readonly Shown[];
  readonly place: number;
  onChoose(place: number, shown: Shown): void;
}

/** All findings of a group by their time: a few of them, and the others when asked for. */
function Rest({ shown, place, onChoose }: RestProps) {
  const [all, setAll] = useState(false);
  const listed = shown.slice(0, all ? MOST_LISTED : FEW);
  return (
    <nav class="rest" aria-label={`All ${shown.length} of these findings`}>
      {listed.map((each, n) => (
        <button
          key={each.number}
          type="button"
          class="chip"
          aria-pressed={n === place}
          title={shortly(each.finding)}
          onClick={() => onChoose(n, each)}
        >
          {moment(each.from)}
        </button>
      ))}
      {!all && shown.length > FEW && (
        <button type="button" class="chip more" onClick={() => setAll(true)}>
          {shown.length - FEW} more
        </button>
      )}
      {all && shown.length > MOST_LISTED && (
        <span class="muted">and {shown.length - MOST_LISTED} more, in verdict.json</span>
      )}
    </nav>
  );
}

function Expected({ finding }: { readonly finding: Finding }) {
  if (finding.expected === undefined) return null;
  return finding.expected ? (
    <span class="tag" title="The recipe's own documentation lets this happen">
      expected of such a lock
    </span>
  ) : (
    <span class="tag broken" title="The recipe's own documentation promises that this does not happen">
      broken promise
    </span>
  );
}

function Exemplar({ shown, model, onJump }: Props & { readonly shown: Shown }) {
  const { finding } = shown;
  const story = tell(model, finding);
  const cited = finding.ops.flatMap((index) => model.payload.cited[index] ?? []);
  return (
    <div class="exemplar">
      <p class="explanation">{finding.explanation}</p>
      {story && (
        <>
          <Picture model={model} story={story} />
          <Steps story={story} />
        </>
      )}
      <div class="actions">
        <button type="button" onClick={() => onJump(shown)}>
          Show in the timeline
        </button>
        {cited.length > 0 && (
          <details>
            <summary>{count(cited.length, "event")} of the record</summary>
            <pre>{cited.join("\n")}</pre>
          </details>
        )}
      </div>
    </div>
  );
}

function shortly({ grants, lock }: Finding): string {
  const who = grants
    ?.map(({ client, token }) => (token === undefined ? client : `${client} (token ${token})`))
    .join(", ");
  return [who, lock].filter(Boolean).join(" on ");
}
