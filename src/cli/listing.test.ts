import { expect, test } from "vitest";
import { EXIT_CODES } from "./exit.js";
import { listBackends } from "./list-backends.js";
import { listCheckers, listModels, listNemeses, listSchedules, listWorkloads } from "./list-plugins.js";

test("what is listed fits a terminal of 80 columns, but for addresses", async () => {
  const listings = [listNemeses(), listSchedules(), listWorkloads(), listModels(), listCheckers()];
  const texts = [...listings, await listBackends()].map(({ text }) => text(80));
  const lines = [...texts, EXIT_CODES].flatMap((text) => text.split("\n"));
  expect(lines.filter((line) => line.length > 80 && !line.includes("https://"))).toEqual([]);
  expect(lines.length).toBeGreaterThan(300);
});
