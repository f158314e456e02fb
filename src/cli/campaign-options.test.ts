import { expect, it } from "vitest";
import { toCells } from "./campaign-options.js";
import { saying, type Words } from "./said.js";

const cellsOf = (typed: Words, defaults: Words = {}) => {
  const said = saying("flag", typed);
  const [section, usual] = [saying("config", {}), saying("config", defaults)];
  return toCells(said, { config: null, said, section, defaults: usual });
};

it("cells are the same wherever a campaign lies: its shards are to be merged, and it may be moved", async () => {
  const words = { backends: "memory,redis", nemeses: "none,kill", fencing: "off,on", seed: "3" };
  const [here, there] = [
    { ...words, output: "shard-1", shard: "1/2" },
    { ...words, output: "shard-2", shard: "2/2" },
  ];
  const cells = await cellsOf(here);
  expect(cells).toHaveLength(8);
  expect(await cellsOf(there)).toEqual(cells);
  expect(cells[0]?.options).toMatchObject({ backend: "memory", seed: 3 });
  expect(cells[0]?.options).not.toHaveProperty("output");
});

it("a product takes what a config says to all runs, under their own names too", async () => {
  const [cell, ...more] = await cellsOf(
    { backends: "memory", ttl: "3s" },
    { lock: "lease", nemesis: "pause,kill", discipline: "checking", ttl: "9s", output: "elsewhere" },
  );
  expect(more).toEqual([]);
  expect(cell).toMatchObject({
    key: "memory, pause+kill, fencing off, checking",
    options: {
      lock: "lease",
      nemesis: "pause,kill",
      discipline: "checking",
      ttlMs: 3_000,
      sources: { backend: "flag", lock: "config", nemesis: "config", discipline: "config", ttl: "flag" },
    },
  });
  expect(cell?.options).not.toHaveProperty("output");
});
