/** Which iptables works here: there are two kinds of it, and a kernel may have one, both or neither. */
import { dirname, join } from "node:path";
import { lastLine, runCommand } from "../../src/cluster/command.js";
import { findOnPath } from "../../src/cluster/path.js";
import type { Unavailable } from "../../src/cluster/types.js";

/** Paths of its programs. */
export interface Iptables {
  readonly restore: string;
  readonly save: string;
}

const KINDS = ["iptables", "iptables-legacy", "iptables-nft"];

/** Every kind of rule that a fault makes, tried in a network of its own. */
const TRIAL = `*filter
:LOCKJEPSEN - [0:0]
-A LOCKJEPSEN -s 192.0.2.1 -m comment --comment lockjepsen-f1 -j DROP
-A LOCKJEPSEN -s 192.0.2.1 -p tcp -m tcp ! --tcp-flags RST RST -j REJECT --reject-with tcp-reset
-A LOCKJEPSEN -s 192.0.2.1 -p tcp -m u32 --u32 "0>>22&0x3C@12>>26&0x3C@0=0:0xFFFFFFFF" -j DROP
COMMIT
`;

let known: Promise<Iptables | Unavailable> | undefined;

/** The iptables that works here; or why none does. Looked for once. */
export function findIptables(): Promise<Iptables | Unavailable> {
  known ??= look();
  return known;
}

async function look(): Promise<Iptables | Unavailable> {
  const troubles: string[] = [];
  for (const kind of KINDS) {
    const program = findOnPath(kind);
    if (program === undefined) continue;
    const found = {
      restore: join(dirname(program), `${kind}-restore`),
      save: join(dirname(program), `${kind}-save`),
    };
    const { code, stderr } = await runCommand(["unshare", "--net", found.restore, "--noflush"], {
      input: TRIAL,
      timeoutMs: 10_000,
    });
    if (code === 0) return found;
    troubles.push(`${kind}: ${lastLine(stderr)}`);
  }
  return troubles.length === 0
    ? { reason: "iptables not found", mend: "install it (`apt-get install iptables`)" }
    : {
        reason: `iptables does not work (${troubles.join("; ")})`,
        mend: "the kernel must offer netfilter with xt_comment, xt_u32 and ipt_REJECT (`modprobe -a`)",
      };
}

/** True, or why not and how to mend it: what `available` of a nemesis wants. */
export async function iptablesAvailable(): Promise<true | Unavailable> {
  const found = await findIptables();
  return "restore" in found ? true : found;
}
