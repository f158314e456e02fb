import { LockjepsenError, messageOf } from "../src/error.js";
import { NoEffect, Unconfirmed, type Nemesis } from "./types.js";

/** It is over in an instant; so long the next one waits. */
const LASTS_MS = 1_000;

/**
 * The service ends the holder's session by its own means: what an administrator's command, a server that sheds its
 * connections or an expiry does. The lock is free at once; its holder, which nothing ails, may not have heard of it.
 */
export const session: Nemesis = {
  name: "session",
  description: "the service itself ends the holder's session: its lease, its connection",
  colour: "#2d8f8a",
  shapes: {
    end: { description: "ended, by the service's own answer", targets: ["holder"], needs: "endSession" },
  },
  bare: "first",
  parameters: {},
  lasts: () => ({ min: LASTS_MS, max: LASTS_MS }),
  workload: "leader",
  available: () => Promise.resolve(true),
  async inject({ holder, service, note }) {
    if (holder?.session === undefined)
      throw new LockjepsenError(
        "environment",
        "its grant told of no session",
        "take a lock recipe that has one, or another --nemesis",
      );
    const { session } = holder;
    note(session);
    const from = process.hrtime.bigint();
    // Where one of several servers answered nothing, or each had only a part, it may be over, or will be. Where there was none
    // to end, nothing was done.
    const evidence = await service.endSession(session).catch((cause: unknown) => {
      if (cause instanceof NoEffect) throw cause;
      throw new Unconfirmed(messageOf(cause), { session }, { cause });
    });
    return { from, evidence, record: { session }, heal: () => Promise.resolve(FOR_GOOD) };
  },
  undo: () => Promise.resolve(FOR_GOOD),
};

const FOR_GOOD = "a session that was ended stays so";
