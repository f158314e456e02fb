/** How many promises were broken: each once, by what broke it, and none by what every lease allows. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHistory } from "../src/history/reader.js";
import { check } from "./index.js";

test.each([
  ["overlap/service-double-grant-bad", 1],
  ["overlap/service-clock-excepted-bad", 0],
  ["overlap/outlived-lease-paused-holder-bad", 0],
  ["overlap/session-lost-bad", 0],
  ["overlap/late-grant-etcd-11456-bad", 1],
  ["overlap/late-grant-frozen-before-ok-bad", 0],
  ["overlap/not-a-lock-naive-put-bad", 0],
  ["overlap/undetermined-hidden-renewals-bad", 0],
  ["late-grant/kept-by-the-service-note", 1],
  ["late-grant/frozen-just-then-note", 0],
  ["token-order/falling-bad", 1],
  ["fence-breach/lower-write-accepted-bad", 1],
  ["foreign-release/plain-delete-bad", 1],
])("%s: %i", async (file, broken) => {
  const verdict = check(await readHistory(join(import.meta.dirname, "golden", `${file}.jsonl`)));
  expect(verdict.brokenPromises).toBe(broken);
  const kind = file.includes("late-grant") ? "late-grant" : file.slice(0, file.indexOf("/"));
  expect(verdict.broken).toEqual(broken === 0 ? {} : { [kind]: broken });
});
