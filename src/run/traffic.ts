import { readFileSync } from "node:fs";
import type { Host } from "../cluster/types.js";

/**
 * TCP segments with data that these hosts have sent so far, together, retransmissions left out: `TCPOrigDataSent` of
 * their network namespaces (Linux, net/ipv4/proc.c). Null where it cannot be read.
 */
export function segmentsSent(hosts: readonly Host[]): number | null {
  let sum = 0;
  for (const host of hosts) {
    const sent = ofHost(host);
    if (sent === null) return null;
    sum += sent;
  }
  return sum;
}

function ofHost(host: Host): number | null {
  const [pid] = host.pids();
  if (pid === undefined) return null; // being started again
  try {
    return counterIn(readFileSync(`/proc/${pid}/net/netstat`, "utf8"), "TCPOrigDataSent");
  } catch {
    return null; // it ended just now
  }
}

/** A line of names and a line of values for each protocol: `TcpExt: A B` over `TcpExt: 1 2`. */
export function counterIn(netstat: string, name: string): number | null {
  const lines = netstat.split("\n");
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const place = lines[i]?.split(" ").indexOf(name) ?? -1;
    const value = place > 0 ? Number(lines[i + 1]?.split(" ")[place]) : Number.NaN;
    if (Number.isFinite(value)) return value;
  }
  return null;
}
