/** Makes the plugins of a config known, by their names, beside those that come with lockjepsen. */
import { addNemesis, nemeses } from "../../nemesis/index.js";
import { addWorkload, workloads } from "../../workloads/index.js";
import { addBackend, backendNames } from "../backends/index.js";
import { lacking, missingIn, type Shape } from "../backends/shape.js";
import { LockjepsenError } from "../error.js";
import { addReporter, FORMATS, reporterNames } from "../report/formats.js";
import { placeOf } from "./place.js";
import type { PluginKind, Plugins } from "./types.js";

const NEMESIS: Shape = {
  name: "string",
  description: "string",
  colour: "string",
  shapes: "object",
  bare: "string",
  parameters: "object",
  lasts: "function",
  available: "function",
  inject: "function",
  undo: "function",
};
const WORKLOAD: Shape = {
  name: "string",
  description: "string",
  change: "object",
  leastGrants: "number",
  round: "function",
};
const REPORTER: Shape = { name: "string", create: "function" };

/** All that is missing in a plugin; `module` is ours to say. */
const MISSING: Readonly<Record<PluginKind, (one: unknown) => readonly string[]>> = {
  backends: (one) => missingIn(typeof one === "object" && one !== null ? { ...one, module: "" } : one),
  nemeses: (one) => lacking(one, NEMESIS, ""),
  workloads: (one) => lacking(one, WORKLOAD, ""),
  reporters: (one) => lacking(one, REPORTER, ""),
};

/** Throws a usage error with the path to what is no plugin, or has the name of another. */
export function registerPlugins(file: string, plugins: Plugins): void {
  const { backends = [], nemeses: faults = [], workloads: rounds = [], reporters = [] } = plugins;
  check(file, "backends", backends, backendNames);
  check(file, "nemeses", faults, Object.keys(nemeses));
  check(file, "workloads", rounds, Object.keys(workloads));
  check(file, "reporters", reporters, [...FORMATS, ...reporterNames()]);
  for (const one of backends) addBackend({ ...one, module: placeOf(file, "backends", one.name) });
  for (const one of faults) addNemesis({ ...one, place: placeOf(file, "nemeses", one.name) });
  for (const one of rounds) addWorkload({ ...one, place: placeOf(file, "workloads", one.name) });
  for (const one of reporters) addReporter(one);
}

function check(
  file: string,
  kind: PluginKind,
  plugins: readonly { readonly name: string }[],
  taken: readonly string[],
): void {
  const names = new Set(taken);
  for (const [index, one] of plugins.entries()) {
    const path = `plugins.${kind}[${index}]`;
    const missing = MISSING[kind](one);
    if (missing.length > 0)
      throw new LockjepsenError(
        "usage",
        `${file}: ${path} lacks ${missing.join(", ")}`,
        "see docs/config.md, and `Plugins` in the package's types",
      );
    if (names.has(one.name) || !/^[a-z][a-z0-9-]*$/.test(one.name))
      throw new LockjepsenError(
        "usage",
        `${file}: ${path}.name "${one.name}" ${names.has(one.name) ? "is taken" : "cannot be typed"}`,
        "give it a name of its own, of small letters, digits and dashes",
      );
    names.add(one.name);
  }
}
