/** What the documentation says is true: its links lead somewhere, its code compiles and runs, no field is forgotten. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { VerdictDocument } from "../src/report/types.js";
import { cli, scratch } from "./support/cli.js";
import { compile } from "./support/compile.js";
import { codeIn } from "./support/docs.js";

const PAGES = [
  "README.md",
  "CHANGELOG.md",
  "docker/README.md",
  "results/README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** Without code, where brackets mean something else. */
const proseOf = (page: string): string =>
  readFileSync(page, "utf8")
    .replaceAll(/^```[^]*?^```$/gm, "")
    .replaceAll(/`[^`\n]*`/g, "code");

/** As GitHub names the place of a heading. */
const anchorsOf = (page: string): readonly string[] =>
  [
    ...readFileSync(page, "utf8")
      .replaceAll(/^```[^]*?^```$/gm, "")
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe("links", () => {
  test.each(PAGES)("of %s lead somewhere", (page) => {
    const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const dead = links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? page : normalize(join(dirname(page), path));
        if (!existsSync(target)) return true;
        return anchor !== undefined && !anchorsOf(target).includes(anchor);
      });
    expect(dead).toEqual([]);
  });

  test("every page of docs can be found from the README or another page", () => {
    const said = PAGES.map((page) => readFileSync(page, "utf8")).join("\n");
    for (const page of PAGES.filter((one) => one.startsWith("docs/")))
      expect(said).toContain(page.slice("docs/".length));
  });
});

const BACKEND = "docs/write-your-own-backend.md";

test("the page of backends knows every field of one, of a recipe, of its promises and of a client", () => {
  const page = readFileSync(BACKEND, "utf8");
  const fields = (file: string, name: string): readonly string[] => {
    const [, body = ""] =
      new RegExp(`interface ${name} \\{\\n([^]*?)\\n\\}`).exec(readFileSync(file, "utf8")) ?? [];
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, field = ""]) => field);
  };
  const all = [
    ...fields("src/backends/types.ts", "Backend"),
    ...fields("src/backends/types.ts", "Recipe"),
    ...fields("src/history/context.ts", "Promises"),
    ...fields("src/clients/contract.ts", "Grant"),
    ...fields("src/clients/contract.ts", "LockClient"),
  ];
  expect(all.length).toBeGreaterThan(35);
  expect(all.filter((field) => !new RegExp(`\\b${field}\\b`).test(page))).toEqual([]);
});

/** Somebody's own service: lines of words over TCP, and a program that is run by its path. */
const WIRE = `
  import { connect } from "node:net";
  import { once } from "node:events";
  import { createInterface } from "node:readline";
  export interface Wire { ask(...words: (string | number)[]): Promise<string[]>; close(): void }
  export async function dial(endpoint: string): Promise<Wire> {
    const [host, port] = endpoint.split(":");
    const socket = connect(Number(port), host);
    await once(socket, "connect");
    const waiting: { resolve(words: string[]): void; reject(error: Error): void }[] = [];
    const fail = (): void => waiting.splice(0).forEach(({ reject }) => reject(new Error("cut off")));
    socket.on("error", fail).on("close", fail);
    createInterface({ input: socket }).on("line", (line) => waiting.shift()?.resolve(line.split(" "))).on("error", () => {});
    return {
      ask: (...words) => new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        socket.write(words.join(" ") + "\\n");
      }),
      close: () => void socket.destroy(),
    };
  }`;
const SERVER = `#!${process.execPath}
  if (process.argv[2] === "--version") { console.log("mylockd 1.2"); process.exit(0); }
  const [host, port] = process.argv[3].split(":");
  const leases = new Map();
  let tokens = 0;
  const answer = ([what, lock, owner, ttl]) => {
    const held = leases.get(lock);
    const now = performance.now();
    const free = !held || held.until <= now;
    if (what === "ping") return "pong";
    if (what === "acquire") {
      if (!free) return "no";
      leases.set(lock, { owner, until: now + Number(ttl) });
      return "yes " + ++tokens;
    }
    if (free || held.owner !== owner) return "no";
    if (what === "renew") held.until = now + Number(ttl);
    else leases.delete(lock);
    return "yes";
  };
  require("node:net").createServer((socket) => {
    socket.on("error", () => {});
    require("node:readline").createInterface({ input: socket }).on("error", () => {})
      .on("line", (line) => socket.write(answer(line.split(" ")) + "\\n"));
  }).listen(Number(port), host);
`;

describe("code", () => {
  const files = {
    "my-lock.ts": codeIn(BACKEND, "// my-lock.ts"),
    "my-client.ts": codeIn(BACKEND, "// my-client.ts"),
    "my-wire.ts": WIRE,
  };

  test("a backend of somebody's own compiles", () => {
    expect(compile(scratch(onTestFinished), files)).toBe("");
    const wrong = { ...files, "my-lock.ts": files["my-lock.ts"].replace('lease: "ttl"', 'lease: "lttl"') };
    expect(compile(scratch(onTestFinished), wrong)).toMatch(/lttl/);
  });

  test("and is put to the test: with a fence a paused holder loses nothing", async () => {
    const cwd = scratch(onTestFinished);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    writeFileSync(join(cwd, "mylockd"), SERVER, { mode: 0o755 });
    const args = [
      "run",
      "-b",
      "./my-lock.ts",
      "-n",
      "pause",
      "--fencing",
      "on",
      "--interval",
      "2s",
      "--json",
    ];
    const more = ["--ttl", "500ms", "--hold", "0-50ms", "--duration", "12s", "--seed", "3"];
    const env = { PATH: `${cwd}:${process.env["PATH"]}` };
    const { code, stdout, stderr } = await cli([...args, ...more], { cwd, env });
    expect(code, stderr).toBe(0);
    const document = JSON.parse(stdout) as VerdictDocument;
    expect(document).toMatchObject({ verdict: "valid", run: { backend: "mylock", version: "1.2" } });
    expect(document.challenged).toBeGreaterThan(0);
    expect(document.fence?.refused).toBeGreaterThan(0);
  });

  test("a fault of somebody's own compiles where its neighbours are", () => {
    const place = scratch(onTestFinished);
    mkdirSync(join(place, "nemesis"));
    for (const name of readdirSync("nemesis"))
      symlinkSync(resolve("nemesis", name), join(place, "nemesis", name));
    symlinkSync(resolve("src"), join(place, "src"));
    const file = "nemesis/deafen.ts";
    expect(compile(place, { [file]: codeIn("docs/write-your-own-fault.md", `// ${file}`) })).toBe("");
  });

  test.each([
    ["docs/config.md", "// lockjepsen.config.ts", "lockjepsen.config.ts"],
    ["docs/many-runs.md", "import { defineConfig }", "lockjepsen.config.ts"],
    ["README.md", "import { run, check", "library.mts"],
  ])("%s: %s compiles", (page, beginning, file) => {
    expect(compile(scratch(onTestFinished), { [file]: codeIn(page, beginning) })).toBe("");
  });
});
