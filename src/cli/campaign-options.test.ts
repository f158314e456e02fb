import { expect, it } from "vitest";
import { toCells } from "./campaign-options.js";

it("cells are the same wherever a campaign lies: its shards are to be merged, and it may be moved", async () => {
  const words = { backends: "memory,redis", nemeses: "none,kill", fencing: "off,on", seed: "3" };
  const [here, there] = [
    { ...words, output: "shard-1", shard: "1/2" },
    { ...words, output: "shard-2", shard: "2/2" },
  ];
  const cells = await toCells(here);
  expect(cells).toHaveLength(8);
  expect(await toCells(there)).toEqual(cells);
  expect(cells[0]?.options).toMatchObject({ backend: "memory", seed: 3 });
});
