import type { ConformanceCheck } from "../types.js";
import { take } from "./tools.js";

export const foreignRelease: ConformanceCheck = {
  name: "foreign-release",
  description: "who releases a second time is told that it does not hold, and frees nobody's lock",
  promised: ({ promises }) => promises.exclusion !== "none",
  lasts: () => 2_000,
  async run({ connect, lock, ttlMs }) {
    const [a, b, c] = [await connect(), await connect(), await connect()];
    const first = await take(a, lock, { ttlMs, waitMs: 1_000 });
    await first.release();
    const second = await take(b, lock, { ttlMs, waitMs: 1_000 });
    const again = await first.release();
    const third = await c.acquire(lock, { ttlMs, waitMs: 0 });
    const freed = third !== null;
    await third?.release();
    const own = await second.release();
    await Promise.all([a, b, c].map((client) => client.close()));
    const passed = again === "not-held" && !freed && own === "released";
    if (freed) return { passed, seen: "another's lock was freed" };
    return { passed, seen: again === "not-held" ? "not-held" : `told "${again}"` };
  },
};
