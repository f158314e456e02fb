/** What programs must be started with for the faults of a run to reach them. */
import { join } from "node:path";
import { nemeses } from "../../nemesis/index.js";
import type { PlannedFault } from "../../nemesis/types.js";

type Variables = Readonly<Record<string, string>>;

/** Variables of the programs of each host; the files that some of them name are kept in `directory`. */
export async function outfit(
  faults: readonly PlannedFault[],
  hosts: readonly string[],
  directory: string,
): Promise<ReadonlyMap<string, Variables>> {
  const of = async (host: string): Promise<Variables> => {
    const kinds = Object.entries(nemeses).map(async ([name, nemesis]) => {
      const own = faults.filter((fault) => fault.nemesis === name);
      return own.length === 0 ? {} : await nemesis.environment?.(own, join(directory, `${host}.${name}`));
    });
    return Object.assign({}, ...(await Promise.all(kinds))) as Variables;
  };
  return new Map(await Promise.all(hosts.map(async (host) => [host, await of(host)] as const)));
}
