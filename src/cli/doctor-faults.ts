import type { Check } from "../cluster/doctor.js";
import type { Capabilities } from "../run/capabilities.js";

/** A row for each fault: what of it can be done here. None is needed for a run. */
export function faultChecks(capabilities: Capabilities): readonly Check[] {
  return Object.entries(capabilities).map(([nemesis, shapes]) => {
    const name = `fault ${nemesis}`;
    const entries = Object.entries(shapes);
    const able = entries.filter(([, can]) => can === true).map(([shape]) => shape);
    const unable = entries.flatMap(([shape, can]) => (can === true ? [] : [{ shape, ...can }]));
    const [first] = unable;
    if (!first) return { name, status: "ok", detail: able.join(", ") };
    const shapesOf = unable.map(({ shape }) => shape).join(", ");
    const detail = [able.join(", "), `not ${shapesOf}: ${first.reason}`].filter(Boolean).join("; ");
    return { name, status: "warn", detail, mend: first.mend };
  });
}
