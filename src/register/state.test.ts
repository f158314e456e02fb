import { describe, expect, test } from "vitest";
import { token } from "../history/event.js";
import { createRegister } from "./state.js";

const lock = "lock-1";
const t = (n: number) => token(String(n));

describe("the register", () => {
  test("counts versions and replaces the value whole", () => {
    const register = createRegister(0, "off");
    expect(register.apply({ f: "read", lock })).toEqual({ applied: true, version: 0, value: 0 });
    expect(register.apply({ f: "write", lock, value: 7 })).toEqual({ applied: true, version: 1 });
    expect(register.apply({ f: "read", lock })).toEqual({ applied: true, version: 1, value: 7 });
    expect(register.apply({ f: "write", lock, value: 8 })).toMatchObject({ version: 2 });
    expect(register.apply({ f: "read", lock: "lock-2" })).toMatchObject({ version: 0, value: 0 });
  });

  test("without a fence applies a stale holder's write", () => {
    const register = createRegister(0, "off");
    register.apply({ f: "write", lock, value: 1, token: t(42) });
    expect(register.apply({ f: "write", lock, value: 2, token: t(41) }).applied).toBe(true);
  });

  test("fencing on: the read of 42 shuts out the write of 41", () => {
    const register = createRegister(0, "on");
    register.apply({ f: "read", lock, token: t(41) });
    register.apply({ f: "read", lock, token: t(42) });
    expect(register.apply({ f: "write", lock, value: 1, token: t(41) })).toEqual({
      applied: false,
      version: 0,
      error: "fenced",
    });
    expect(register.apply({ f: "read", lock, token: t(41) }).applied).toBe(false);
    expect(register.apply({ f: "write", lock, value: 1, token: t(42) }).applied).toBe(true);
  });

  test("fencing on: a write without a token is refused, a final read without one is answered", () => {
    const register = createRegister(0, "on");
    expect(register.apply({ f: "write", lock, value: 1 }).applied).toBe(false);
    expect(register.apply({ f: "read", lock }).applied).toBe(true);
  });

  test("fencing only writes lets 41 write between the read and the write of 42: its hole", () => {
    const register = createRegister(0, "writes");
    register.apply({ f: "read", lock, token: t(42) });
    expect(register.apply({ f: "write", lock, value: 1, token: t(41) }).applied).toBe(true);
    expect(register.apply({ f: "write", lock, value: 2, token: t(42) }).applied).toBe(true);
    expect(register.apply({ f: "write", lock, value: 3, token: t(41) }).applied).toBe(false);
  });

  test("identity: only the last reader may write, whatever the order of tokens", () => {
    const register = createRegister(0, "identity");
    register.apply({ f: "read", lock, owner: "a" });
    register.apply({ f: "read", lock, owner: "b" });
    register.apply({ f: "read", lock }); // a final read takes nothing away
    expect(register.apply({ f: "write", lock, value: 1, owner: "a" }).applied).toBe(false);
    expect(register.apply({ f: "write", lock, value: 2, owner: "b" }).applied).toBe(true);
    expect(register.apply({ f: "write", lock, value: 2 }).applied).toBe(false);
  });
});
