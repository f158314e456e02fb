import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Evidence } from "./evidence.js";
import { Figures } from "./figures.js";
import { Notes, Violations } from "./findings.js";
import { count, whole } from "./format.js";
import { Glossary } from "./glossary.js";
import { Masthead } from "./masthead.js";
import type { Model, Shown } from "./model.js";
import { Plots } from "./plots.js";
import { tell } from "./story.js";
import { followScheme, readTheme } from "./theme.js";
import { Timeline } from "./timeline/timeline.js";
import { around, createView } from "./timeline/view.js";

/** A finding alone fills too little of the screen: at least so much time around it, µs. */
const LEAST_SHOWN = 20_000;

export function App({ model }: { readonly model: Model }) {
  const { payload, findings } = model;
  const view = useMemo(() => createView(payload.end), [payload]);
  const [theme, setTheme] = useState(readTheme);
  const [selected, setSelected] = useState<Shown | null>(null);
  const timeline = useRef<HTMLElement>(null);
  useEffect(() => followScheme(() => setTheme(readTheme())), []);

  const select = (shown: Shown): void => {
    setSelected(shown);
    // What its picture shows, where it has one: the reader knows it already.
    const story = tell(model, shown.finding);
    view.set(around(story?.from ?? shown.from, story?.to ?? shown.to, LEAST_SHOWN));
  };
  const jump = (shown: Shown): void => {
    select(shown);
    // After the next render: another picture above would move the timeline.
    requestAnimationFrame(() => {
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      timeline.current?.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
      timeline.current?.querySelector<HTMLElement>("canvas[tabindex]")?.focus({ preventScroll: true });
    });
  };
  const step = (direction: 1 | -1): void => {
    if (findings.length === 0) return;
    const place = selected ? selected.number + direction : direction > 0 ? 0 : -1;
    const next = findings.at(place % findings.length);
    if (next) select(next);
  };

  return (
    <main class="page">
      <Hatches />
      <Masthead model={model} />
      <Figures model={model} />
      <Glossary />
      <Violations model={model} onJump={jump} />
      <section id="timeline" aria-labelledby="timeline-title" ref={timeline}>
        <h2 id="timeline-title">Timeline</h2>
        <p class="lead" aria-live="polite">
          {selected
            ? `${selected.finding.severity === "violation" ? "Violation" : "Note"} ${selected.number + 1} of ${findings.length}: ${selected.finding.kind}`
            : "What each client did, who believed that they held the lock, and what the register did with it."}
        </p>
        {payload.drawn && (
          <p class="cut">
            This run is long: {count(payload.drawn.operations, "operation")} of {whole(payload.drawn.of)} are
            drawn, those around findings first. What is hatched is left out; history.jsonl has them all.
          </p>
        )}
        <Timeline model={model} theme={theme} view={view} selected={selected} onStep={step} />
      </section>
      <Plots model={model} theme={theme} view={view} />
      <Notes model={model} onJump={jump} />
      <Evidence model={model} />
      <footer>lockjepsen {payload.plan.lockjepsen}</footer>
    </main>
  );
}

/** Patterns for SVG, as the canvas draws them. */
function Hatches() {
  return (
    <svg width="0" height="0" class="defs" aria-hidden="true">
      <defs>
        {["overrun", "open"].map((name) => (
          <pattern key={name} id={name} width="6" height="6" patternUnits="userSpaceOnUse">
            <rect width="6" height="6" class={`tint-${name}`} />
            <path d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5" class={`line-${name}`} />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}
