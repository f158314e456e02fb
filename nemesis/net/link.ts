import type { Host } from "../../src/cluster/types.js";
import { LockjepsenError } from "../../src/error.js";

/** The network device that has a host's address. */
export interface Link {
  readonly device: string;
  /** `02:00:00:00:00:01`. */
  readonly mac: string;
}

interface Shown {
  readonly ifname: string;
  readonly address?: string;
  readonly addr_info?: readonly { readonly local?: string }[];
}

/** Looked for once: neither changes as long as a host lives. */
export function linkOf(host: Host): Promise<Link> {
  const link = known.get(host) ?? find(host);
  known.set(host, link);
  link.catch(() => known.delete(host));
  return link;
}

const known = new WeakMap<Host, Promise<Link>>();

async function find(host: Host): Promise<Link> {
  const links = await shown(host);
  const found = links.find(({ addr_info: all = [] }) => all.some(({ local }) => local === host.address));
  if (found?.address) return { device: found.ifname, mac: found.address };
  throw new LockjepsenError(
    "environment",
    `${host.name}: no network device has ${host.address}`,
    "was its network changed? Try again",
  );
}

/** Names of all devices of a host; none where it is no more. */
export async function devicesOf(host: Host): Promise<readonly string[]> {
  return (await shown(host)).map(({ ifname }) => ifname);
}

async function shown(host: Host): Promise<readonly Shown[]> {
  const { code, stdout } = await host.exec(["ip", "-json", "address"], { timeoutMs: 10_000 });
  return code === 0 && stdout ? (JSON.parse(stdout) as readonly Shown[]) : [];
}
