import { expect, test } from "vitest";
import { matchesVersion, newestFirst, offeredVersion, parseVersion } from "./versions.js";

test.each([
  [
    "etcd Version: 3.4.23\nGit SHA: Not provided (use ./build instead of go build)\nGo Version: go1.19.8\n",
    "3.4.23",
  ],
  ["Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", "7.0.15"],
  ["postgres (PostgreSQL) 15.12 (Debian 15.12-0+deb12u2)", "15.12"],
  ["Consul v1.8.7", "1.8.7"],
  ["version 3", null],
  ["", null],
])("the version in %j", (output, version) => expect(parseVersion(output)).toBe(version));

test.each([
  ["3.5.16", "3.5", true],
  ["3.5.16", "3.5.16", true],
  ["3.5.16", "3", true],
  ["3.50.1", "3.5", false],
  ["3.5.16", "3.5.1", false],
  ["13.5", "3.5", false],
  ["3.5", "3.5.16", false],
])("%s is %s: %s", (version, wanted, is) => expect(matchesVersion(version, wanted)).toBe(is));

test.each([
  ["3.4", "3.4"],
  ["3.4.23", "3.4"],
  ["3", "3.10"],
  ["3.1", null],
  ["4", null],
])("who asks for %s is offered %s", (wanted, offered) =>
  expect(offeredVersion(["3.4", "3.10", "3.5"], wanted)).toBe(offered),
);

test("the newest is the greatest number, not the last word", () =>
  expect(newestFirst(["3.9", "3.10", "2.30"])).toEqual(["3.10", "3.9", "2.30"]));
