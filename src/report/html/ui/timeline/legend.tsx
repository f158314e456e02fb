import type { Model } from "../model.js";

/** What shapes and colours mean: drawn in SVG with the same colours as the canvas. */
export function Legend({ model }: { readonly model: Model }) {
  const names = [...new Map(model.faults.map((fault) => [fault.summary.name, fault.colour]))];
  return (
    <ul class="legend" aria-label="Legend">
      <Entry text="waits for the lock">
        <rect x="1" y="5" width="22" height="6" rx="2" class="fill-acquire" />
      </Entry>
      <Entry text="read">
        <rect x="1" y="3" width="22" height="10" rx="2" class="fill-read" />
      </Entry>
      <Entry text="write">
        <rect x="1" y="1" width="22" height="14" rx="2" class="fill-write" />
      </Entry>
      <Entry text="holds, lease good">
        <rect x="1" y="4" width="22" height="8" rx="2" class="fill-hold" />
      </Entry>
      <Entry text="believes to hold, lease over">
        <rect x="1" y="4" width="22" height="8" rx="2" fill="url(#overrun)" />
      </Entry>
      <Entry text="two hold at once">
        <rect x="1" y="1" width="22" height="14" class="fill-clash faint" />
        <path d="M1 1.5h22M1 14.5h22" class="stroke-clash" stroke-width="2.5" />
      </Entry>
      {names.map(([name, colour]) => (
        <Entry key={name} text={name}>
          <rect x="1" y="1" width="22" height="14" fill={colour} opacity="0.25" />
          <path d="M1 1.5h22" stroke={colour} stroke-width="2.5" />
        </Entry>
      ))}
      <Entry text="hears that its lock is lost">
        <path d="M8 1v14" class="stroke-bad" stroke-width="1.5" />
        <path d="M8 1l8 3.5l-8 3.5z" class="fill-bad" />
      </Entry>
      <Entry text="failed">
        <rect x="1.5" y="3.5" width="18" height="9" rx="2" fill="none" class="stroke-read" />
        <path d="M17 5l6 6m0-6l-6 6" class="stroke-bad" stroke-width="1.5" />
      </Entry>
      <Entry text="outcome unknown">
        <rect x="1" y="3" width="22" height="10" rx="2" fill="url(#open)" />
      </Entry>
      <Entry text="write applied">
        <path d="M12 3v10" class="stroke-write" stroke-width="2" />
      </Entry>
      <Entry text="stale write">
        <path d="M12 2l6 11H6z" class="fill-warn" />
      </Entry>
      <Entry text="lost write">
        <path d="M7 3l10 10m0-10L7 13" class="stroke-bad" stroke-width="2.2" />
      </Entry>
      <Entry text="refused by the fence">
        <circle cx="12" cy="8" r="5.5" fill="none" class="stroke-good" stroke-width="1.5" />
        <path d="M8 12l8-8" class="stroke-good" stroke-width="1.5" />
      </Entry>
    </ul>
  );
}

function Entry({ text, children }: { readonly text: string; readonly children: preact.ComponentChildren }) {
  return (
    <li>
      <svg width="24" height="16" aria-hidden="true">
        {children}
      </svg>
      {text}
    </li>
  );
}
