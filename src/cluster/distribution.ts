import { readFileSync } from "node:fs";

export type Family = "debian" | "ubuntu";

/** What kind of apt system this is. */
export interface Distribution {
  readonly family: Family;
  /** Codename of its suite in the family's own archive: `bookworm`, `noble`. */
  readonly suite: string;
}

/** The archives of the two families. */
export const ARCHIVES: Readonly<
  Record<Family, { readonly title: string; readonly components: string; readonly keyring: string }>
> = {
  debian: { title: "Debian", components: "main", keyring: "debian-archive-keyring" },
  ubuntu: { title: "Ubuntu", components: "main universe", keyring: "ubuntu-keyring" },
};

/** Null on systems of another kind. */
export function thisDistribution(): Distribution | null {
  for (const file of ["/etc/os-release", "/usr/lib/os-release"]) {
    try {
      return parseDistribution(readFileSync(file, "utf8"));
    } catch {
      continue; // the next place, see os-release(5)
    }
  }
  return null;
}

export function parseDistribution(osRelease: string): Distribution | null {
  const fields = new Map(
    osRelease.split("\n").map((line) => {
      const [name = "", value = ""] = line.split(/=(.*)/s);
      return [name.trim(), value.trim().replace(/^(["'])(.*)\1$/, "$2")] as const;
    }),
  );
  const named = [fields.get("ID") ?? "", ...(fields.get("ID_LIKE") ?? "").split(/\s+/)];
  const family = named.find((name): name is Family => name === "debian" || name === "ubuntu");
  if (family === undefined) return null;
  // A derivative's own codename means nothing in the archive that it is built upon.
  const own = fields.get(`${family.toUpperCase()}_CODENAME`) ?? fields.get("VERSION_CODENAME");
  if (own !== undefined && own !== "") return { family, suite: own };
  return family === "debian" ? { family, suite: "sid" } : null;
}
