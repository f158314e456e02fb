import { expect, test } from "vitest";
import { createHold } from "./hold.js";
import type { Held, Session } from "./session.js";

test("a sleep inside the lock ends when its client hears that the lock is lost", async () => {
  const lost = new AbortController();
  const held = { grant: { lost: lost.signal }, lost: false } as unknown as Held;
  const hold = createHold({} as Session, "lock-1", held, { config: {} } as never);
  const slept = hold.sleep(3_600_000);
  lost.abort(new Error("its lease is over"));
  await expect(slept).resolves.toBeUndefined();
  await expect(hold.sleep(3_600_000)).resolves.toBeUndefined();
});
