import type { Model } from "./model.js";
import { BAR, Belief, Clash, LEFT, RIGHT, Scale, Write } from "./picture-parts.js";
import { OTHERS, type Story } from "./story.js";
import { useWidth } from "./width.js";

const TOP = 8;
const LANE = 46;
const SCALE = 22;
/** Numbered dots closer than this (px) step aside. */
const DOT = 15;

interface Props {
  readonly model: Model;
  readonly story: Story;
}

/** The moment that a finding is about, drawn to scale, with its steps numbered as in the list below it. */
export function Picture({ model, story }: Props) {
  const [ref, width] = useWidth();
  return (
    <div ref={ref} class="picture">
      {width > 0 && <Drawing model={model} story={story} width={width} />}
    </div>
  );
}

function Drawing({ model, story, width }: Props & { readonly width: number }) {
  const x = (us: number): number =>
    LEFT + ((us - story.from) / (story.to - story.from)) * (width - LEFT - RIGHT);
  const { lanes } = story;
  const topOf = (place: number): number => TOP + place * LANE;
  const bottom = topOf(lanes.length);
  const clip = (us: number): number => Math.min(width - RIGHT, Math.max(LEFT, x(us)));
  const clash = clashOf(model, story);
  return (
    <svg
      width={width}
      height={bottom + SCALE}
      role="img"
      aria-label={story.moments.map(({ text }) => text).join("; ")}
    >
      {lanes.map((name, place) => (
        <g key={name}>
          <line x1="0" x2={width} y1={topOf(place + 1)} y2={topOf(place + 1)} class="rule" />
          <text
            x="2"
            y={topOf(place) + LANE / 2 + 10}
            class={place < story.clients.length ? "name" : "name muted"}
          >
            {name}
          </text>
        </g>
      ))}
      {story.faults.map((fault) =>
        fault.summary.nodes.map((node) => {
          const place = lanes.indexOf(node);
          if (place < 0) return null;
          const [from, to] = [clip(fault.from), clip(fault.to)];
          return (
            <g key={fault.summary.id + node}>
              <rect
                x={from}
                y={topOf(place) + 1}
                width={Math.max(1, to - from)}
                height={LANE - 2}
                fill={fault.colour}
                opacity="0.18"
              />
              <rect
                x={from}
                y={topOf(place) + 1}
                width={Math.max(1, to - from)}
                height="2"
                fill={fault.colour}
              />
            </g>
          );
        }),
      )}
      {clash && (
        <Clash from={clip(clash.from)} to={clip(clash.to)} height={topOf(story.clients.length) - 2} />
      )}
      {story.grants.map((row) => (
        <Belief
          key={row}
          model={model}
          row={row}
          x={x}
          right={width - RIGHT}
          y={topOf(lanes.indexOf(clientOf(model, row))) + LANE - BAR - 6}
          named
        />
      ))}
      {story.others.map((row) => (
        <Belief
          key={row}
          model={model}
          row={row}
          x={x}
          right={width - RIGHT}
          y={topOf(lanes.indexOf(OTHERS)) + LANE - BAR - 6}
          quiet
        />
      ))}
      {story.writes.map((row) => (
        <Write key={row} model={model} row={row} x={x(model.register.at[row] ?? 0)} y={bottom - 14} />
      ))}
      {placeDots(story, x, width - RIGHT).map(({ number, cx, cy, tone }) => (
        <g key={number} class={`dot ${tone}`}>
          <circle cx={cx} cy={cy} r="7.5" />
          <text x={cx} y={cy + 3.5}>
            {number}
          </text>
        </g>
      ))}
      <Scale story={story} x={x} y={bottom} width={width} />
    </svg>
  );
}

const clientOf = (model: Model, row: number): string =>
  model.payload.clients[model.grants.client[row] ?? -1] ?? "";

/** While both of the first two grants were believed in. */
function clashOf(model: Model, { grants }: Story): { from: number; to: number } | null {
  const [a, b] = grants;
  if (a === undefined || b === undefined) return null;
  const from = Math.max(model.grants.from[a] ?? 0, model.grants.from[b] ?? 0);
  const to = Math.min(model.grants.to[a] ?? 0, model.grants.to[b] ?? 0);
  return to > from ? { from, to } : null;
}

interface Dot {
  readonly number: number;
  readonly cx: number;
  readonly cy: number;
  readonly tone: string;
}

/** Dots at the top of their lanes; those that would cover each other, or stand outside, step aside. */
function placeDots({ moments, lanes }: Story, x: (us: number) => number, right: number): readonly Dot[] {
  const dots = moments.map((each, place) => {
    const lane = lanes.indexOf(each.lane);
    return { number: place + 1, lane, cx: x(each.at), cy: TOP + lane * LANE + 12, tone: each.tone };
  });
  for (const lane of lanes.keys()) {
    const own = dots.filter((dot) => dot.lane === lane);
    for (const [place, dot] of own.entries())
      dot.cx = Math.max(dot.cx, (own[place - 1]?.cx ?? -Infinity) + DOT);
    for (const [place, dot] of own.toReversed().entries())
      dot.cx = Math.min(dot.cx, right - DOT / 2 - place * DOT);
  }
  return dots;
}
