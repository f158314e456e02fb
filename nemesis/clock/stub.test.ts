import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { CLOCKS_AT, DETOURS, OFFSET_AT, STUB } from "./stub.js";

/** stub.S, assembled: its bytes, and where its names are. */
function assembled(): { bytes: Buffer; places: ReadonlyMap<string, number> } {
  const directory = mkdtempSync(join(tmpdir(), "lockjepsen-stub-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const [object, binary] = [join(directory, "stub.o"), join(directory, "stub.bin")];
  execFileSync("as", ["--64", "-o", object, fileURLToPath(new URL("stub.S", import.meta.url))]);
  execFileSync("objcopy", ["-O", "binary", "-j", ".text", object, binary]);
  const names = execFileSync("nm", [object], { encoding: "utf8" }).trimEnd().split("\n");
  const places = names
    .map((line) => line.split(" "))
    .map(([at = "", , name = ""]) => [name, parseInt(at, 16)] as const);
  return { bytes: readFileSync(binary), places: new Map(places) };
}

test("the bytes are those of the source, and the places too", () => {
  const { bytes, places } = assembled();
  expect(STUB.toString("hex")).toBe(bytes.toString("hex"));
  expect([OFFSET_AT, CLOCKS_AT]).toEqual([places.get("offset"), places.get("clocks")]);
  for (const [symbol, at] of DETOURS) expect(places.get(symbol.replace("__vdso_", ""))).toBe(at);
});
