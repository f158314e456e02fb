import { coversOf, fate, type Model } from "./model.js";
import type { Story } from "./story.js";
import { ticks } from "./timeline/ticks.js";

/** Names stand left of this, and nothing right of that. px. */
export const LEFT = 74;
export const RIGHT = 8;
/** Height of what a client believes to hold. */
export const BAR = 18;

export function Clash({
  from,
  to,
  height,
}: {
  readonly from: number;
  readonly to: number;
  readonly height: number;
}) {
  const width = Math.max(2, to - from);
  return (
    <g>
      <rect x={from} y="2" width={width} height={height} class="fill-clash faint" />
      <rect x={from} y="1" width={width} height="3" class="fill-clash" />
    </g>
  );
}

interface BeliefProps {
  readonly model: Model;
  readonly row: number;
  readonly x: (us: number) => number;
  readonly right: number;
  readonly y: number;
  readonly named?: boolean;
  readonly quiet?: boolean;
}

export function Belief({ model, row, x, right, y, named, quiet }: BeliefProps) {
  const [begin, end] = [model.grants.from[row] ?? 0, model.grants.to[row] ?? 0];
  const clip = (px: number): number => Math.min(right, Math.max(LEFT, px));
  const [from, to] = [clip(x(begin)), clip(x(end))];
  const covers = coversOf(model, row).map(
    ([a, b]) => [clip(x(Math.max(a, begin))), clip(x(Math.min(b, end)))] as const,
  );
  const over = Math.max(from, ...covers.map((cover) => cover[1]));
  return (
    <g class={quiet ? "quiet" : ""}>
      <rect x={from} y={y} width={Math.max(1.5, to - from)} height={BAR} rx="2" fill="url(#overrun)" />
      {covers.map(
        ([a, b]) => b > a && <rect key={a} x={a} y={y} width={b - a} height={BAR} rx="2" class="fill-hold" />,
      )}
      {named && over - from > 120 && (
        <text x={from + 6} y={y + 13} class="on-hold">
          holds, lease good
        </text>
      )}
      {named && to - over > 150 && (
        <text x={over + 6} y={y + 13} class="on-overrun">
          lease over, still believes
        </text>
      )}
      {named && over > from && to - over > 2 && (
        <line x1={over} x2={over} y1={y - 4} y2={y + BAR + 4} class="lease-end" />
      )}
    </g>
  );
}

export function Write({
  model,
  row,
  x,
  y,
}: {
  readonly model: Model;
  readonly row: number;
  readonly x: number;
  readonly y: number;
}) {
  switch (fate(model, row)) {
    case "applied":
      return <path d={`M${x} ${y - 6}v12`} class="stroke-write" stroke-width="2" />;
    case "refused":
      return (
        <g>
          <circle cx={x} cy={y} r="5.5" class="stroke-good hollow" stroke-width="1.5" />
          <path d={`M${x - 4} ${y + 4}l8 -8`} class="stroke-good" stroke-width="1.5" />
        </g>
      );
    case "stale":
      return <path d={`M${x} ${y - 7}l6 12h-12z`} class="fill-warn" />;
    case "lost":
      return <path d={`M${x - 5} ${y - 5}l10 10m0 -10l-10 10`} class="stroke-bad" stroke-width="2.2" />;
    case "stale and lost":
      return (
        <g>
          <path d={`M${x} ${y - 7}l6 12h-12z`} class="fill-warn" />
          <path d={`M${x - 5} ${y - 5}l10 10m0 -10l-10 10`} class="stroke-bad" stroke-width="2.2" />
        </g>
      );
  }
}

export function Scale({
  story,
  x,
  y,
  width,
}: {
  readonly story: Story;
  readonly x: (us: number) => number;
  readonly y: number;
  readonly width: number;
}) {
  const { at, label } = ticks(story, Math.max(2, (width - LEFT) / 120));
  return (
    <g class="scale">
      {at
        .filter((time) => x(time) > LEFT && x(time) < width - 30)
        .map((time) => (
          <g key={time}>
            <line x1={x(time)} x2={x(time)} y1={y} y2={y + 4} class="rule" />
            <text x={x(time)} y={y + 16}>
              {label(time)}
            </text>
          </g>
        ))}
    </g>
  );
}
