import type { Description } from "./describe.js";

interface Props {
  readonly description: Description;
  readonly x: number;
  readonly y: number;
  /** Of what it stands in: it turns to the other side rather than leave it. */
  readonly width: number;
}

const WIDTH = 320;

export function Tooltip({ description, x, y, width }: Props) {
  const left = x + 16 + WIDTH > width ? Math.max(0, x - WIDTH - 12) : x + 16;
  return (
    <div
      class="tooltip"
      role="tooltip"
      style={{ left: `${left}px`, top: `${y + 14}px`, maxWidth: `${WIDTH}px` }}
    >
      <Details description={description} />
    </div>
  );
}

export function Details({ description }: { readonly description: Description }) {
  return (
    <>
      <strong>{description.title}</strong>
      <dl>
        {description.rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
