import type { Host, Unavailable } from "../../src/cluster/types.js";
import type { PlannedFault } from "../types.js";
import { byFile } from "./by-file.js";
import { byVdso, vdsoWorks } from "./by-vdso.js";
import { findFaketime, startedWith } from "./faketime.js";
import type { Mechanism } from "./mechanism.js";

export const MECHANISMS = ["auto", "vdso", "libfaketime"] as const;

/** The one that a fault of these hosts asks for; `auto`: the patch where it works, for it reaches everything. */
export async function chooseMechanism(
  fault: Pick<PlannedFault, "parameters"> | undefined,
  hosts: readonly Host[] = [],
): Promise<Mechanism | Unavailable> {
  const wanted = fault?.parameters["mechanism"] ?? "auto";
  const works = wanted === "libfaketime" ? null : await vdsoWorks();
  if (works === true) return byVdso();
  if (works !== null && wanted === "vdso") return works;
  const library = await findFaketime();
  return typeof library === "string" ? byFile(hosts) : library;
}

export const mechanismNamed = (name: Mechanism["name"], hosts: readonly Host[]): Mechanism =>
  name === "vdso" ? byVdso() : byFile(hosts);

/** What a host's programs must be started with so that these faults can hit them; `file` is the host's own. */
export async function environmentFor(
  faults: readonly Pick<PlannedFault, "parameters">[],
  file: string,
): Promise<Readonly<Record<string, string>>> {
  const mechanisms = await Promise.all(faults.map((fault) => chooseMechanism(fault)));
  if (!mechanisms.some((mechanism) => "name" in mechanism && mechanism.name === "libfaketime")) return {};
  const library = await findFaketime();
  return typeof library === "string" ? startedWith(library, file) : {};
}
