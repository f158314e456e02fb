import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { moment } from "../format.js";
import type { Model, Shown } from "../model.js";
import type { Theme } from "../theme.js";
import { useWidth } from "../width.js";
import { paint } from "./canvas.js";
import { describe } from "./describe.js";
import { draw } from "./draw.js";
import { hit } from "./hit.js";
import { listen, press } from "./input.js";
import { sameItem, type Item } from "./item.js";
import { AXIS, makeLayout } from "./layout.js";
import { Legend } from "./legend.js";
import { Overview } from "./overview.js";
import type { Scene } from "./scene.js";
import { Details, Tooltip } from "./tooltip.js";
import type { View } from "./view.js";

interface Props {
  readonly model: Model;
  readonly theme: Theme;
  readonly view: View;
  readonly selected: Shown | null;
  onStep(direction: 1 | -1): void;
}

/** More lanes than fit are scrolled to. px. */
const TALLEST = 640;

export function Timeline({ model, theme, view, selected, onStep }: Props) {
  const [frame, width] = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const layout = useMemo(() => makeLayout(model), [model]);
  const [scroll, setScroll] = useState(0);
  const [pointed, setPointed] = useState<{ item: Item; x: number; y: number } | null>(null);
  const [pinned, setPinned] = useState<Item | null>(null);
  const [hint, setHint] = useState(false);
  const height = AXIS + Math.min(TALLEST, layout.height);

  // What listeners and frames look at: always the last render's, without listening anew each time.
  const scene = useRef<Omit<Scene, "range">>(null);
  scene.current = { model, layout, theme, width, height, scroll, hovered: pointed?.item ?? null, selected };
  const step = useRef(onStep);
  step.current = onStep;

  useEffect(() => {
    if (!canvas.current || width === 0) return undefined;
    const target = canvas.current;
    let asked = 0;
    const redraw = (): void => {
      asked ||= requestAnimationFrame(() => {
        asked = 0;
        const now = scene.current;
        if (now) paint(target, width, height, (c, ratio) => draw(c, { ...now, range: view.get() }, ratio));
      });
    };
    redraw();
    const stop = view.subscribe(redraw);
    return () => {
      stop();
      cancelAnimationFrame(asked);
    };
  }, [view, width, height, layout, theme, scroll, selected, pointed?.item]);

  useEffect(() => {
    if (!canvas.current) return undefined;
    const under = (place: { x: number; y: number }): Item | null =>
      scene.current && hit({ ...scene.current, range: view.get() }, place.x, place.y);
    return listen(canvas.current, {
      view,
      onHover(place) {
        const item = place && under(place);
        setPointed((before) => {
          if (!place || !item) return null;
          return before && sameItem(before.item, item) ? { ...before, ...place } : { item, ...place };
        });
      },
      onClick: (place) => setPinned(under(place)),
      onStep: (direction) => step.current(direction),
      onWheelRefused: () => setHint(true),
    });
  }, [view]);

  useEffect(() => {
    if (!hint) return undefined;
    const timer = window.setTimeout(() => setHint(false), 1_800);
    return () => window.clearTimeout(timer);
  }, [hint]);

  const key = (name: string) => () => press(name, { view, onStep });
  return (
    <div class="timeline" ref={frame}>
      <div class="toolbar" role="toolbar" aria-label="Timeline">
        <span class="group">
          <button type="button" onClick={key("p")} title="Previous finding (p)">
            ← previous
          </button>
          <button type="button" onClick={key("n")} title="Next finding (n)">
            next →
          </button>
        </span>
        <span class="group">
          <button type="button" onClick={key("+")} title="Closer (+)" aria-label="Zoom in">
            +
          </button>
          <button type="button" onClick={key("-")} title="Further away (-)" aria-label="Zoom out">
            −
          </button>
          <button type="button" onClick={key("0")} title="The whole run (0)">
            whole run
          </button>
        </span>
        <RangeText view={view} />
      </div>
      <Overview model={model} theme={theme} view={view} width={width} />
      <div
        class="lanes"
        style={{ height: `${height}px` }}
        onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
      >
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-label="Timeline of the run. Arrow keys move, plus and minus zoom, 0 shows the whole run, n and p go to the next and the previous finding."
          style={{ height: `${height}px` }}
        />
        <div style={{ height: `${layout.height - (height - AXIS)}px` }} />
      </div>
      {hint && <p class="wheel-hint">Click into the timeline, or hold Ctrl, to zoom with the wheel</p>}
      {pointed && (
        <Tooltip
          description={describe(model, pointed.item)}
          x={pointed.x}
          y={pointed.y + (canvas.current?.offsetTop ?? 0) - scroll}
          width={width}
        />
      )}
      <Legend model={model} />
      <p class="keys">
        <kbd>←</kbd> <kbd>→</kbd> move, <kbd>+</kbd> <kbd>−</kbd> zoom, <kbd>0</kbd> whole run, <kbd>n</kbd>{" "}
        <kbd>p</kbd> next and previous finding. Click an item to keep what is known of it.
      </p>
      {pinned && (
        <div class="pinned" aria-live="polite">
          <button type="button" class="quiet" aria-label="Close" onClick={() => setPinned(null)}>
            ×
          </button>
          <Details description={describe(model, pinned)} />
        </div>
      )}
    </div>
  );
}

/** What is looked at, in numbers. */
function RangeText({ view }: { readonly view: View }) {
  const [range, setRange] = useState(view.get());
  useEffect(() => view.subscribe(() => setRange(view.get())), [view]);
  return (
    <output class="range" aria-live="off">
      {moment(Math.max(0, range.from))} to {moment(range.to)}
    </output>
  );
}
