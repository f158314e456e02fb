import { expect, it } from "vitest";
import { closest, didYouMean } from "./suggest.js";

const known = ["etcd", "redis", "zookeeper", "postgres"];

it.each([
  ["etdc", "etcd"],
  ["ecdt", "etcd"],
  ["Redis", "redis"],
  ["zookeper", "zookeeper"],
  ["post", "postgres"],
  ["zk", undefined],
  ["consul", undefined],
  ["x", undefined],
])("%s: %s was meant", (given, meant) => {
  expect(closest(given, known)).toBe(meant);
});

it("names all there is in any case", () => {
  expect(didYouMean("etdc", known)).toBe('did you mean "etcd"? known: etcd, redis, zookeeper, postgres');
  expect(didYouMean("consul", known)).toBe("known: etcd, redis, zookeeper, postgres");
  expect(didYouMean("consul", [])).toBe("there is none");
});
