import { count } from "./format.js";
import type { Model } from "./model.js";

const GLYPHS = { violated: "✗", valid: "✓", unknown: "?" } as const;

/** The verdict in plain words: all that many readers will read. */
export function Masthead({ model }: { readonly model: Model }) {
  const { headline, document } = model.payload;
  const { run } = document;
  const facts = [
    `${run.backend} ${run.version}`,
    `lock ${run.lock}`,
    `workload ${run.workload}`,
    `faults ${run.nemesis}${run.target && run.nemesis !== "none" ? ` on ${run.target}` : ""}`,
    `fencing ${run.fencing}`,
    `${count(run.clients, "client")}, ${count(run.nodes, "server")}`,
    `seed ${run.seed}`,
    ...(run.interrupted ? ["ended early"] : []),
  ];
  return (
    <header class={`masthead ${document.verdict}`}>
      <p class="facts">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
        <time dateTime={run.created}>{run.created.replace("T", " ").replace(/\.\d+Z$/, " UTC")}</time>
      </p>
      <h1>
        <span class="glyph" aria-hidden="true">
          {GLYPHS[document.verdict]}
        </span>
        {headline.title}
      </h1>
      <p class="sentence">{headline.sentence}</p>
      {document.reasons.length > 1 && (
        <ul class="reasons">
          {document.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </header>
  );
}
