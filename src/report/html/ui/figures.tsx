import type { ComponentChildren } from "preact";
import { percent } from "../../text.js";
import { lengthMs, whole } from "./format.js";
import type { Model } from "./model.js";

/** The numbers of a run. */
export function Figures({ model }: { readonly model: Model }) {
  const { document } = model.payload;
  const { updates, fence, faults, latency } = document;
  const verified = faults.filter((fault) => fault.verified).length;
  const fenced = document.run.fencing !== "off";
  const acquire = latency["acquire"];
  const write = latency["write"];
  return (
    <dl class="figures" aria-label="Key figures">
      <Figure
        name="lost updates"
        tone={updates.lost > 0 ? "bad" : "plain"}
        value={whole(updates.lost)}
        unit={`of ${whole(updates.acknowledged)}`}
        more={
          updates.lost > 0
            ? `${percent(updates.lostShare)} of what was acknowledged`
            : "nothing acknowledged is gone"
        }
      />
      {document.brokenPromises > 0 && (
        <Figure
          name="broken promises"
          tone="bad"
          value={whole(document.brokenPromises)}
          more="of the recipe's own documentation"
        />
      )}
      <Figure
        name="grants"
        value={whole(document.grants)}
        more={`to ${whole(document.holders)} holders, ${document.throughput.toFixed(1)} a second`}
      />
      <Figure
        name="challenged grants"
        value={whole(document.challenged)}
        more="outlived, ended, or held while a server failed"
      />
      <Figure
        name="faults verified"
        value={whole(verified)}
        unit={faults.length > verified ? `of ${faults.length}` : undefined}
        more={
          faults.length === 0
            ? "none was asked for"
            : [...new Set(faults.map((fault) => fault.name))].join(", ")
        }
      />
      {fence && (fenced || fence.wouldRefuse > 0) && <Fence fence={fence} lost={updates.lost} on={fenced} />}
      {acquire && (
        <Figure
          name="time to acquire"
          value={lengthMs(acquire.p50)}
          more={`median; 99 % within ${lengthMs(acquire.p99)}`}
        />
      )}
      {write && (
        <Figure
          name="time to write"
          value={lengthMs(write.p50)}
          more={`median; 99 % within ${lengthMs(write.p99)}`}
        />
      )}
    </dl>
  );
}

interface FenceProps {
  readonly fence: { readonly refused: number; readonly wouldRefuse: number; readonly wouldSave: number };
  readonly lost: number;
  readonly on: boolean;
}

function Fence({ fence, lost, on }: FenceProps) {
  if (on)
    return (
      <Figure
        name="refused by the fence"
        tone="good"
        value={whole(fence.refused)}
        more="requests of former holders"
      />
    );
  return (
    <Figure
      name="a fence would have saved"
      value={whole(fence.wouldSave)}
      unit={lost > 0 ? `of ${whole(lost)}` : undefined}
      more={`by refusing ${whole(fence.wouldRefuse)} stale writes`}
    />
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly unit?: string | undefined;
  readonly more: ComponentChildren;
  readonly tone?: "plain" | "good" | "bad";
}

function Figure({ name, value, unit, more, tone = "plain" }: FigureProps) {
  return (
    <div class={tone}>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        {unit && <span> {unit}</span>}
        <small>{more}</small>
      </dd>
    </div>
  );
}
