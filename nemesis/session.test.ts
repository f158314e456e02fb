import { expect, test } from "vitest";
import { session } from "./session.js";
import { bareHost } from "./testing/hosts.js";
import { orderFor } from "./testing/order.js";
import { NoEffect, Unconfirmed } from "./types.js";

/** What comes of it when a service rejects the end of s1. */
async function rejected(error: Error): Promise<unknown> {
  const order = orderFor([bareHost("c1", "client")]);
  const endSession = async (): Promise<string> => await Promise.reject(error);
  const holder = { client: "c1", lock: "lock-1", grant: "0.1", session: "s1", go() {} } as never;
  try {
    return await session.inject({ ...order, service: { ...order.service, endSession }, holder });
  } catch (failure) {
    return failure;
  }
}

test("where nobody answered that a session was ended, it may have been", async () => {
  const failure = await rejected(new Error("no answer"));
  expect(failure).toBeInstanceOf(Unconfirmed);
  expect(failure).toMatchObject({ message: "no answer", record: { session: "s1" } });
});
test("where there was none to end, nothing was done", async () => {
  const none = new NoEffect("there is no session s1");
  expect(await rejected(none)).toBe(none);
});
