import { describe, expect, it } from "vitest";
import redis from "../backends/redis.js";
import redlock from "../backends/redlock.js";
import { settingsOf } from "./settings.js";

describe("settings", () => {
  it("are the backend's own, but for what is changed", () => {
    expect(settingsOf(redis, { "redis.hz": "50" })).toMatchObject({ hz: "50", appendonly: "no" });
  });
  it("may be named by the server that a backend is made of", () => {
    for (const name of ["redlock.hz", "redis.hz"])
      expect(settingsOf(redlock, { [name]: "50" })).toMatchObject({ hz: "50" });
    expect(() => settingsOf(redis, { "redlock.hz": "50" })).toThrow('redis has no setting "redlock.hz"');
  });
  it("bring along what they mean nothing without, unless that is asked for otherwise", () => {
    const always = { "redis.appendfsync": "always" };
    expect(settingsOf(redis, always)).toMatchObject({ appendfsync: "always", appendonly: "yes" });
    expect(settingsOf(redis, { ...always, "redis.appendonly": "no" })).toMatchObject({ appendonly: "no" });
  });
});
