/** The package mirror that this machine uses. No address is written down anywhere in this project. */
import { basename } from "node:path";
import { ARCHIVES, type Distribution } from "./distribution.js";

/** For `apt-get indextargets --format`. */
export const TARGET_FORMAT = "$(REPO_URI)|$(RELEASE)|$(CODENAME)|$(COMPONENT)|$(ORIGIN)";

interface Target {
  readonly address: string;
  readonly release: string;
  readonly codename: string;
  readonly component: string;
  readonly origin: string;
}

/**
 * Addresses of the distribution's archive among all package sources of this machine, the likeliest first. Others may
 * call their suite `bookworm` too: what apt knows of the origin decides, or, before its first update, the address.
 */
export function parseMirrors(indexTargets: string, { family, suite }: Distribution): readonly string[] {
  const { title } = ARCHIVES[family];
  const likelihood = ({ address, release, codename, origin }: Target): number =>
    (release === suite || codename === suite ? 4 : 0) +
    (origin === title ? 2 : 0) +
    (basename(address) === family ? 1 : 0);
  const ranked = indexTargets
    .split("\n")
    .map(parseTarget)
    .filter((target) => target !== null)
    .filter((target) => target.component === "main" && likelihood(target) > 0)
    .sort((a, b) => likelihood(b) - likelihood(a));
  return [...new Set(ranked.map(({ address }) => address))];
}

function parseTarget(line: string): Target | null {
  // What apt does not know stays as it was asked for: `$(ORIGIN)`.
  const fields = line.split("|").map((field) => (field.startsWith("$(") ? "" : field));
  const [address, release = "", codename = "", component = "", origin = ""] = fields;
  return address ? { address, release, codename, component, origin } : null;
}
