import { expect, test } from "vitest";
import { session } from "./session.js";
import { bareHost } from "./testing/hosts.js";
import { orderFor } from "./testing/order.js";
import { NoEffect, Unconfirmed } from "./types.js";

/** What comes of it when that is what a service says of the end of s1. */
async function after(said: Promise<string>): Promise<unknown> {
  const order = orderFor([bareHost("c1", "client")]);
  const service = { ...order.service, endSession: () => said };
  const holder = { client: "c1", lock: "lock-1", grant: "0.1", session: "s1", go() {} } as never;
  try {
    return await session.inject({ ...order, service, holder });
  } catch (failure) {
    return failure;
  }
}

test("where nobody answered that a session was ended, it may have been", async () => {
  const failure = await after(Promise.reject(new Error("no answer")));
  expect(failure).toBeInstanceOf(Unconfirmed);
  expect(failure).toMatchObject({ message: "no answer", record: { session: "s1" } });
});
test("where there was none to end, nothing was done", async () => {
  const none = new NoEffect("there is no session s1");
  expect(await after(Promise.reject(none))).toBe(none);
});
