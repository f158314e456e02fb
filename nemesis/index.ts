import { block } from "./block.js";
import { clock } from "./clock.js";
import { failover } from "./failover.js";
import { kill } from "./kill.js";
import { lateReply } from "./late-reply.js";
import { lostReply } from "./lost-reply.js";
import { partition } from "./partition.js";
import { pause } from "./pause.js";
import { session } from "./session.js";
import { slow } from "./slow.js";
import type { Nemesis } from "./types.js";

const all: Record<string, Nemesis> = {
  pause,
  block,
  kill,
  clock,
  partition,
  slow,
  session,
  failover,
  "late-reply": lateReply,
  "lost-reply": lostReply,
};

/** Every fault, by name. */
export const nemeses: Readonly<Record<string, Nemesis>> = all;

/** One more, which a config has brought along. */
export function addNemesis(nemesis: Nemesis): void {
  all[nemesis.name] = nemesis;
}
