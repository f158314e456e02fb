import type { Host } from "../../src/cluster/types.js";
import { LockjepsenError, messageOf } from "../../src/error.js";
import type { Order } from "../types.js";
import type { Mechanism } from "./mechanism.js";

const SECOND_MS = 1_000;
/** Between the moment at which a clock was set and that at which it is believed to have been. */
const SLACK_MS = 250;

export type Witnesses = Pick<Order, "clients" | "service">;

/**
 * What hosts say of their clocks themselves, or what is in their processes where they do not tell: in words. Throws where
 * it is not what it should be, or nobody can know.
 */
export async function testimony(
  hosts: readonly Host[],
  mechanism: Mechanism,
  witnesses: Witnesses,
  offset: () => number,
): Promise<string> {
  const words = await Promise.all(
    hosts.map(async (host) => {
      const said = await sworn(host, witnesses, offset);
      const seen = found(host, mechanism);
      if (said === null && seen === null)
        throw new LockjepsenError(
          "environment",
          `${host.name} does not tell its time: nobody knows whether ${mechanism.name} works on it`,
          "take --fault clock.mechanism=vdso",
        );
      return `${host.name}: ${[said, seen].filter((words) => words !== null).join("; ")}`;
    }),
  );
  return words.join(", ");
}

/** What is in its processes, where one can look into them. */
function found(host: Host, mechanism: Mechanism): string | null {
  const offsets = mechanism.offsets(host.pids());
  if (offsets === null) return null;
  return `in its processes ${[...new Set(offsets.map(inWords))].join(" and ") || "nothing is set"}`;
}

/**
 * What a host's own program says of its wall clock, in words: null where it does not tell. `offset` is how far it shall be
 * ahead just now, ms. Throws where it says something else.
 */
async function sworn(
  host: Host,
  { clients, service }: Witnesses,
  offset: () => number,
): Promise<string | null> {
  const [before, asked] = [offset(), Date.now()];
  const said = await (host.role === "client" ? clients.clock(host.name) : service.clock(host.name)).catch(
    messageOf,
  );
  if (typeof said === "string") return null;
  const [after, answered] = [offset(), Date.now()];
  // A Date header counts whole seconds: on the average it was half a second later.
  const whole = said % SECOND_MS === 0;
  const ahead = said + (whole ? SECOND_MS / 2 : 0) - (asked + answered) / 2;
  // It was read between the two, and what it should have been then lies between those two as well.
  const slack = (answered - asked) / 2 + SLACK_MS + (whole ? SECOND_MS / 2 : 0);
  const near = ahead > Math.min(before, after) - slack && ahead < Math.max(before, after) + slack;
  const words = whole
    ? `${inWords(Math.round(ahead / SECOND_MS) * SECOND_MS)} (to the second)`
    : inWords(ahead);
  if (near) return `says itself that it is ${words}`;
  throw new LockjepsenError(
    "environment",
    `${host.name} says that its clock is ${words}, and not ${inWords(before)}`,
    "take another --fault clock.mechanism",
  );
}

/** `36000.0 s ahead`, `120 ms behind`, `right`. */
function inWords(ms: number): string {
  const size = Math.abs(Math.round(ms));
  if (size === 0) return "right";
  const length = size < 10_000 ? `${size} ms` : `${(size / SECOND_MS).toFixed(1)} s`;
  return `${length} ${ms > 0 ? "ahead" : "behind"}`;
}
