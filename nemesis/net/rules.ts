/** A fault's rules on all of its hosts. */
import type { Host } from "../../src/cluster/types.js";
import { addRules, removeRules, type Rule } from "./firewall.js";

export interface HostRules {
  readonly host: Host;
  readonly rules: readonly Rule[];
}

/** On all of them, or on none. */
export async function applyRules(fault: string, each: readonly HostRules[]): Promise<void> {
  const done = await Promise.allSettled(each.map(({ host, rules }) => addRules(host, fault, rules)));
  const failed = done.find((one) => one.status === "rejected");
  if (!failed) return;
  await Promise.allSettled(each.map(({ host }) => removeRules(host, fault)));
  throw failed.reason;
}

/** Takes a fault's rules away, wherever its host still is. Rejects, once all were tried, where they could not be. */
export async function rulesGone(fault: string, hosts: readonly Host[]): Promise<string> {
  const done = await Promise.allSettled(hosts.map((host) => removeRules(host, fault)));
  const failed = done.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return hosts.length === 0
    ? "no host is left"
    : `rules gone from ${hosts.map(({ name }) => name).join(", ")}`;
}
