import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../error.js";
import { token, type ClientEvent } from "../history/event.js";
import type { Phase } from "../../nemesis/types.js";
import type { Hold, Snapshot } from "../../workloads/types.js";
import type { RequestLine } from "../register/protocol.js";
import { REFUSALS } from "../register/state.js";
import type { Random } from "../random.js";
import type { Held, Session, SessionParts } from "./session.js";

/** Ends a round early: refused by the fence, given up by a checking holder, or an outcome that is open. */
export class HoldEnded extends Error {
  override readonly name = "HoldEnded";
}

/** What a workload may do while `held` (or without a lock at all, which only a heedless client does): recorded, fenced, aimed at. */
export function createHold(
  session: Session,
  lock: string,
  held: Held | null,
  parts: SessionParts & { readonly random: Random; draining(): boolean; unique(): string },
): Hold {
  const { config, scribe, gate, random } = parts;
  const about = { process: session.process, lock, ...(held && { grant: held.id }) } as const;

  async function atPhase(phase: Phase): Promise<void> {
    const waited = held && gate.pass(phase, held.atPhase);
    if (waited) scribe.note({ ...about, type: "info", f: "phase", value: { phase, waitedMs: await waited } });
  }

  /** What the client presents to the fence. */
  function credentials(f: "read" | "write"): Partial<RequestLine> {
    switch (config.fencing) {
      case "off":
        return {};
      case "writes":
        return f === "write" ? presented() : {};
      case "on":
        return presented();
      case "identity":
        return held ? { owner: session.owner + held.id } : {};
    }
  }
  const presented = (): Partial<RequestLine> =>
    held?.token === undefined ? {} : { token: token(String(held.token)) };

  /** A checking holder looks before each write, and gives up when its lease is over by its own clock. */
  function look(): void {
    if (config.discipline !== "checking" || !held) return;
    const until = held.grant.validUntil();
    const over = until !== undefined && process.hrtime.bigint() >= until;
    if (over && !held.lost) {
      held.lost = true;
      scribe.note({
        ...about,
        type: "info",
        f: "lost",
        error: "the lease is over by the client's own clock",
      });
    }
    if (held.lost) throw new HoldEnded("its lock is lost");
  }

  async function ask(
    line: Pick<RequestLine, "f"> & Partial<RequestLine>,
    event: Partial<ClientEvent>,
    onSent?: () => Promise<void>,
  ): Promise<Snapshot> {
    const { f } = line;
    scribe.note({ ...about, ...event, type: "invoke", f });
    const answer = await session.register
      .request(
        {
          ...line,
          ...credentials(f),
          lock,
          client: config.client,
          by: session.process,
          ...(held && { grant: held.id }),
        },
        onSent,
      )
      .catch((error: unknown) => {
        scribe.note({ ...about, ...event, type: "info", f, error: messageOf(error) });
        session.retire();
        throw new HoldEnded("an outcome is open");
      });
    if (!answer.applied) {
      scribe.note({ ...about, ...event, type: "fail", f, error: answer.error });
      throw new HoldEnded(REFUSALS[answer.error]);
    }
    scribe.note({ ...about, ...event, type: "ok", f, version: answer.version });
    return { value: answer.value, version: answer.version };
  }

  return {
    ttlMs: config.ttlMs,
    unique: parts.unique,
    read: () => ask({ f: "read" }, {}),
    async write(value, element, from) {
      look();
      // After the look: a freeze just here is why looking at the lease helps and does not cure.
      await atPhase("before-write");
      const id = `w${parts.unique()}`;
      const line = { f: "write", id, value, element, parent: from.version } as const;
      const event = { id, value: element, parent: from.version };
      const { version } = await ask(line, event, () => atPhase("in-flight"));
      return { value, version };
    },
    work: () => sleep(random.between(config.holdMs.min, config.holdMs.max)),
    // Who hears that the lock is lost stops at once; it rejects for nothing else.
    sleep: (ms) => sleep(ms, undefined, { signal: held?.grant.lost }).catch(() => undefined),
    going: () => !parts.draining() && !held?.lost,
  };
}
