import type { Workload } from "./types.js";

const OPENING = 100_000;
const AMOUNTS = [20, 50, 100] as const;

/** Withdrawals from one balance: of two that were computed from the same one, the bank pays both and books one. */
export const bank: Workload = {
  name: "bank",
  description: "withdraw 20, 50 or 100 from one balance: what was paid out and what is left must add up",
  initial: OPENING,
  change: { kind: "add", by: "element", min: 0 },
  sum: { initial: OPENING, by: "element" },
  leastGrants: 20,
  async round(hold) {
    const before = await hold.read();
    await hold.work();
    const amount = AMOUNTS[before.version % AMOUNTS.length] ?? AMOUNTS[0];
    const after = (before.value as number) - amount;
    if (after >= 0) await hold.write(after, -amount, before);
  },
};
