import { useState } from "preact/hooks";
import { limits } from "../../limits.js";
import { length, lengthMs, moment } from "./format.js";
import type { Model } from "./model.js";

/** How to get the same run again, and all that is known of this one. */
export function Evidence({ model }: { readonly model: Model }) {
  const { document, plan } = model.payload;
  return (
    <section id="evidence" aria-labelledby="evidence-title">
      <h2 id="evidence-title">How to reproduce it</h2>
      <Command text={document.run.command} />
      <p class="muted">
        Seed {document.run.seed} gives the same plan of faults. Lease {lengthMs(document.run.ttlMs)}, hold{" "}
        {lengthMs(document.run.holdMs.min)} to {lengthMs(document.run.holdMs.max)},{" "}
        {lengthMs(document.run.durationMs)} of work, {document.run.discipline} holders, run {document.run.id}{" "}
        by lockjepsen {plan.lockjepsen}.
      </p>
      <h3>Faults</h3>
      <Faults model={model} />
      <h3>What this run does not show</h3>
      <ul class="prose">
        {limits(document).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {document.remarks.length > 0 && (
        <>
          <h3>Remarks</h3>
          <ul class="prose">
            {document.remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </>
      )}
      <h3>The lock under test</h3>
      <Promised model={model} />
      <h3>Environment</h3>
      <Machine model={model} />
      <h3>Files</h3>
      <dl class="pairs">
        {Object.entries(document.files).map(([name, path]) => (
          <Pair key={name} name={name} value={path} code />
        ))}
      </dl>
    </section>
  );
}

function Command({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState<"no" | "yes" | "failed">("no");
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied("yes"),
      () => setCopied("failed"),
    );
  };
  const words = { no: "Copy", yes: "Copied", failed: "Select and copy by hand" };
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" onClick={copy} aria-live="polite">
        {words[copied]}
      </button>
    </div>
  );
}

function Faults({ model }: { readonly model: Model }) {
  if (model.faults.length === 0) return <p>No fault was made.</p>;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {["id", "fault", "target", "hit", "from", "to", "lasted", "verified", "evidence"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {model.faults.map(({ summary, title, from, to, colour }) => (
            <tr key={summary.id}>
              <td>{summary.id}</td>
              <td>
                <i class="swatch" style={{ background: colour }} /> {title}
              </td>
              <td>{summary.target}</td>
              <td>{summary.nodes.join(", ")}</td>
              <td class="number">{moment(from)}</td>
              <td class="number">{moment(to)}</td>
              <td class="number">{length(to - from)}</td>
              <td>{summary.verified ? "✓ yes" : "✗ no"}</td>
              <td>{summary.evidence}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const EXCLUSION = {
  service: "kept by the service itself",
  timing: "only while clocks and pauses stay bounded",
  none: "not promised at all",
  resource: "not needed: what is protected looks after itself",
};

function Promised({ model }: { readonly model: Model }) {
  const { promises, ttlMs, freedWithinMs } = model.payload.plan.judge;
  return (
    <dl class="pairs">
      <Pair name="exclusion" value={EXCLUSION[promises.exclusion]} />
      <Pair
        name="lease"
        value={promises.lease === "none" ? "none" : `${promises.lease}, ${lengthMs(ttlMs)} asked for`}
      />
      <Pair name="renewals" value={promises.renewals} />
      <Pair
        name="a dead holder's lock is free"
        value={freedWithinMs === null ? "never" : `within ${lengthMs(freedWithinMs)}`}
      />
      <Pair name="fencing token" value={promises.token ?? "none: it cannot be fenced"} />
      <Pair
        name="promise given up under"
        value={promises.except.join(", ") || "nothing that its documentation names"}
      />
      <Pair name="written at" value={promises.source} />
    </dl>
  );
}

function Machine({ model }: { readonly model: Model }) {
  const { environment } = model.payload;
  if (!environment) return <p>Not recorded: the run ended before its servers were found.</p>;
  const { backend } = environment;
  return (
    <>
      <dl class="pairs">
        <Pair name="kernel" value={environment.kernel} />
        <Pair name="system" value={environment.os} />
        <Pair name="machine" value={`${environment.cpus} CPUs, ${environment.memoryGiB} GiB`} />
        <Pair name="Node" value={environment.node} />
        <Pair name="lockjepsen" value={environment.lockjepsen} />
        <Pair
          name="runtime"
          value={`${environment.runtime}${environment.rootless ? ", without root" : ""}`}
        />
        <Pair name={backend.name} value={`${backend.version}, ${backend.origin}`} />
        {Object.entries(backend.settings).map(([name, value]) => (
          <Pair key={name} name={name} value={value} />
        ))}
      </dl>
      {environment.capabilities && <Capabilities capabilities={environment.capabilities} />}
      {Object.entries(backend.servers).map(([name, argv]) => (
        <details key={name} class="argv">
          <summary>Command line of {name}</summary>
          <pre>{argv.join(" \\\n  ")}</pre>
        </details>
      ))}
    </>
  );
}

interface CapabilitiesProps {
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, true | string>>>>;
}

function Capabilities({ capabilities }: CapabilitiesProps) {
  return (
    <details>
      <summary>Faults that this machine can do</summary>
      <dl class="pairs">
        {Object.entries(capabilities).map(([nemesis, shapes]) => {
          const able = Object.keys(shapes).filter((shape) => shapes[shape] === true);
          const unable = Object.entries(shapes).filter(([, can]) => can !== true);
          const not = unable.map(([shape, why]) => `not ${shape}: ${String(why)}`);
          return (
            <Pair key={nemesis} name={nemesis} value={[able.join(", "), ...not].filter(Boolean).join("; ")} />
          );
        })}
      </dl>
    </details>
  );
}

interface PairProps {
  readonly name: string;
  readonly value: string;
  readonly code?: boolean;
}

function Pair({ name, value, code }: PairProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{code ? <code>{value}</code> : value}</dd>
    </div>
  );
}
