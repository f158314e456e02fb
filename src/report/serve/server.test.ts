import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { CALM, sampleDocument } from "../testing/document.js";
import { resultsServer } from "./server.js";

async function served() {
  const root = mkdtempSync(join(tmpdir(), "lockjepsen-serve-"));
  writeFileSync(join(root, "..", `${root.split("/").at(-1)}-secret.txt`), "secret");
  const put = (path: string, document: object): void => {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, "verdict.json"), JSON.stringify(document));
    writeFileSync(join(root, path, "report.html"), `<p>${path}`);
  };
  put("etcd-mutex-pause/a", sampleDocument(undefined, { seed: 11, created: "2026-01-02T00:00:00.000Z" }));
  put(
    "soak/redis <b>/c",
    sampleDocument(
      { ...CALM, verdict: "valid" },
      { seed: 12, backend: "redis <b>", created: "2026-01-01T00:00:00.000Z" },
    ),
  );
  put("broken/x", { version: 2 });
  symlinkSync("etcd-mutex-pause/a", join(root, "latest"));
  symlinkSync("/etc/hostname", join(root, "etcd-mutex-pause/a/out.txt"));
  const server = resultsServer(root);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    rmSync(root, { recursive: true });
    rmSync(`${root}-secret.txt`, { force: true });
  });
  const { port } = server.address() as AddressInfo;
  return async (path: string, headers: Record<string, string> = {}, method = "GET") => {
    // fetch would tidy the path up.
    const asked = request({ port, host: "127.0.0.1", path, method, headers });
    asked.end();
    const [response] = await once(asked, "response");
    let text = "";
    for await (const part of response) text += String(part);
    return { status: response.statusCode as number, text };
  };
}

it("lists runs with the newest first, each once, and nothing that is none", async () => {
  const get = await served();
  const { text } = await get("/");
  expect(text.match(/<tr class=/g)).toHaveLength(2);
  expect(text.indexOf("etcd-mutex-pause/a")).toBeLessThan(text.indexOf("redis"));
  expect(text).toContain("violated 1 of 2: 50 %");
  expect(text).not.toContain("<b>");
  expect((await get("/runs/etcd-mutex-pause/a/report.html")).text).toBe("<p>etcd-mutex-pause/a");
  expect((await get("/runs/soak/redis%20%3Cb%3E/c/report.html")).status).toBe(200);
});

it("filters by words and by verdict, and compares", async () => {
  const get = await served();
  expect((await get("/?text=ETCD+seed+11")).text.match(/<tr class=/g)).toHaveLength(1);
  expect((await get("/?verdict=valid")).text).toContain("1 of 2 runs");
  const both = await get("/compare?run=etcd-mutex-pause/a&run=soak/redis+%3Cb%3E/c");
  expect(both.text).toMatch(/verdict +violated +valid/);
  expect((await get("/compare?run=nothing")).text).toContain("Choose two");
});

it("gives away nothing else, and to nobody else", async () => {
  const get = await served();
  for (const path of [
    "/runs/../../etc/passwd",
    "/runs/%2e%2e/%2e%2e/etc/passwd",
    "/runs/etcd-mutex-pause/a/out.txt",
    "/runs/",
    "/runs/etcd-mutex-pause",
    "/runs/%00",
    "/runs/%zz",
    "/nothing",
  ])
    expect((await get(path)).status).toBe(404);
  expect((await get("/", { host: "evil.example" })).status).toBe(403);
  expect((await get("/", {}, "POST")).status).toBe(405);
});
