/** Versions as people name them: `3.5` is any 3.5.x. */

/** The first `\d+(\.\d+)+` of a program's answer to `--version`. */
export function parseVersion(output: string): string | null {
  return /\d+(?:\.\d+)+/.exec(output)?.[0] ?? null;
}

/** Whether `version` is what was asked for: `3.5` matches 3.5.16 but neither 3.50.1 nor 13.5. */
export function matchesVersion(version: string, wanted: string): boolean {
  return version === wanted || version.startsWith(`${wanted}.`);
}

/** The offered version that may hold `wanted`: itself, the series that it is in, or the newest that it covers. */
export function offeredVersion(offered: readonly string[], wanted: string): string | null {
  return (
    offered.find((one) => matchesVersion(wanted, one)) ??
    newestFirst(offered).find((one) => matchesVersion(one, wanted)) ??
    null
  );
}

export function newestFirst(versions: readonly string[]): readonly string[] {
  return [...versions].sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
}
