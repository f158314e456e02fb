import { XMLParser } from "fast-xml-parser";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { validateXML } from "xmllint-wasm";
import { checkers } from "../../checker/index.js";
import { githubAnnotations, SUMMARY_LIMIT } from "./github.js";
import { outputTo } from "./io.js";
import { junitXml } from "./junit.js";
import { markdown } from "./markdown.js";
import { titleOf, type Outcome } from "./outcome.js";
import { parsePublications, publish } from "./publish.js";
import { CALM, sampleDocument } from "./testing/document.js";

const told = (...[verdict, run]: Parameters<typeof sampleDocument>): Outcome => {
  const document = sampleDocument(verdict, run);
  return { title: titleOf(document), document };
};
const violated = told(undefined, { seed: 7 });
const valid = told({ ...CALM, verdict: "valid" }, { seed: 8, fencing: "on" });
const unknown = told(
  { ...CALM, verdict: "unknown", reasons: ["No fault: was <verified>, 100 %."] },
  { seed: 9 },
);
const broken: Outcome = {
  title: "etcd@9.9 pause",
  error: { code: "environment", message: "etcd 9.9 is not offered", hint: "take 3.4\nor 3.5" },
};
const all = [violated, valid, unknown, broken];

describe("JUnit", () => {
  const parsed = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === "testcase" }).parse(
    junitXml(all),
  );
  const suites = parsed.testsuites.testsuite;

  it("has a suite for each run, with a case for each checker and one for the run's strength", () => {
    expect(suites).toHaveLength(4);
    expect(parsed.testsuites).toMatchObject({ "@_name": "lockjepsen", "@_failures": "2", "@_errors": "2" });
    for (const suite of suites.slice(0, 3))
      expect(suite.testcase.map((one: Record<string, string>) => one["@_name"])).toEqual([
        "put to the test",
        ...checkers.map(({ name }) => name),
      ]);
    expect(suites[1]).toMatchObject({ "@_failures": "0", "@_errors": "0" });
  });

  it("fails where something was found, and says what and how to repeat it", () => {
    const [failure] = suites[0].testcase.filter((one: object) => "failure" in one);
    expect(failure.failure["@_message"]).toBe("9 overlap (outlived-lease)");
    expect(failure.failure["#text"]).toMatch(
      /Client c1 was frozen[^]*and 7 more[^]*again: npx lockjepsen run/,
    );
  });

  it("is an error where nobody knows", () => {
    expect(suites[2].testcase[0].error).toMatchObject({
      "@_message": "No fault: was <verified>, 100 %.",
      "@_type": "unknown",
    });
    expect(suites[3].testcase[0].error).toMatchObject({
      "@_message": "etcd 9.9 is not offered",
      "@_type": "environment",
    });
  });

  it("is what the schema of its readers allows, and nothing else is", async () => {
    const schema = readFileSync("src/report/testing/junit.xsd", "utf8");
    const problems = async (contents: string) =>
      (await validateXML({ xml: { fileName: "junit.xml", contents }, schema })).errors.map(
        ({ message }) => message,
      );
    const xml = junitXml(all);
    expect(await problems(xml)).toEqual([]);
    expect(await problems(junitXml([]))).toEqual([]);
    const damaged: readonly (readonly [string | RegExp, string])[] = [
      ["<testcase ", "<testcase colour='red' "],
      [/ tests="\d+"/, ' tests="many"'],
      ["<failure ", "<failed "],
      [/ message="[^"]*"/, ""],
      [/ timestamp="[^"]*"/, ' timestamp="yesterday"'],
      ["</testcase>", "<error message='x' type='y'/></testcase>"],
      [/<testcase (.*)\/>/, "<testcase $1/><testcase $1/>"],
    ];
    for (const [what, by] of damaged) {
      expect(xml).toMatch(what);
      expect(await problems(xml.replace(what, by))).not.toEqual([]);
    }
  });

  it("counts in its heads what stands in its cases", () => {
    for (const suite of suites) {
      const cases: readonly object[] = suite.testcase;
      const having = (what: string): string => String(cases.filter((one) => what in one).length);
      expect(suite).toMatchObject({
        "@_tests": String(cases.length),
        "@_failures": having("failure"),
        "@_errors": having("error"),
      });
    }
  });

  it("is well-formed whatever a message holds", () => {
    const odd: Outcome = {
      title: "a & <b>",
      error: { code: "environment", message: "\u0000\u001b[31m]]> \uFFFF", hint: "\u0008" },
    };
    expect(() => new XMLParser().parse(junitXml([odd]), true)).not.toThrow();
    // oxlint-disable-next-line no-control-regex
    expect(junitXml([odd])).not.toMatch(/[\u0000\u0008\u001b\uFFFF]/);
  });
});

/** What CI gets to see, word by word; `vitest -u` writes it anew, to be read before it is committed. */
describe("golden files:", () => {
  it.each([
    ["annotations.txt", () => githubAnnotations(all)],
    ["annotations-many.txt", () => githubAnnotations([...all, ...all.slice(0, 1), unknown, broken])],
    ["summary.md", () => markdown(all, SUMMARY_LIMIT)],
    ["junit.xml", () => junitXml(all)],
  ])("%s", async (file, text) => {
    await expect(text()).toMatchFileSnapshot(`testing/golden/${file}`);
  });
});

describe("GitHub", () => {
  it("gets an annotation for each kind of finding of all runs, a warning for what is unknown", () => {
    const lines = githubAnnotations(all).trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(
      /^::error title=etcd 3.4.23 mutex%2C pause%2C seed 7%3A 42 lost-update::The register/,
    );
    expect(lines[1]).toMatch(/seed 7%3A 9 overlap::Client c1/);
    expect(lines[2]).toMatch(/^::warning title=.*unknown::No fault: was <verified>, 100 %25\.$/);
    expect(lines[3]).toMatch(
      /^::error title=etcd@9.9 pause%3A no verdict::etcd 9.9 is not offered%0Atake 3.4%0Aor 3.5$/,
    );
  });

  it("gets no more of them for a thousand runs", () => {
    const many = Array.from({ length: 1_000 }, () => all).flat();
    const lines = githubAnnotations(many).trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^::error title=42000 lost-update in 1000 runs::.*and 995 more$/);
  });
});

describe("Markdown", () => {
  it("tells all runs in a table, and how it came about where one is not valid", () => {
    const text = markdown(all);
    expect(
      text
        .split("\n")
        .filter((line) => line.startsWith("| "))
        .map((line) => line.split(" ")[1]),
    ).toEqual(["|", "---", "❌", "✅", "❔", "⚠️"]);
    expect(text).toContain("| ❌ | etcd 3.4.23 mutex, pause, seed 7 |");
    expect(text).toContain("No fault: was &lt;verified>, 100 %.");
    expect(text).toContain("```sh\nnpx lockjepsen run");
    expect(text).toContain("<details>");
  });

  it("stays below what GitHub shows, and says what was left out", () => {
    const many = Array.from({ length: 2_000 }, () => violated);
    const text = markdown(many, SUMMARY_LIMIT);
    expect(Buffer.byteLength(text)).toBeLessThan(SUMMARY_LIMIT);
    expect(Buffer.byteLength(text)).toBeGreaterThan(SUMMARY_LIMIT / 2);
    expect(text).toMatch(/\d+ more parts left out: see the reports\.\n$/);
    expect(Buffer.byteLength(markdown(many, 2_000))).toBeLessThan(2_000);
  });
});

describe("publishing", () => {
  it("reads what was asked for", () => {
    expect(parsePublications("junit,github,markdown=a/b=c.md")).toEqual([
      { format: "junit", file: null },
      { format: "github", file: null },
      { format: "markdown", file: "a/b=c.md" },
    ]);
    expect(parsePublications(undefined)).toEqual([]);
    for (const bad of ["junti", "junit=", "github=x", "terminal=x", ""])
      expect(() => parsePublications(bad)).toThrow(/reporter/);
  });

  it("writes files, and adds to the job's summary", async () => {
    const directory = mkdtempSync(join(tmpdir(), "lockjepsen-publish-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const summary = join(directory, "step.md");
    writeFileSync(summary, "before\n");
    const written: string[] = [];
    const out = outputTo({ write: (text: string) => written.push(text) });
    const parts = { out, directory, env: { GITHUB_STEP_SUMMARY: summary } };
    const asked = `terminal,json=${directory}/all.json,html,junit,github,markdown=${directory}/deep/all.md`;
    await publish(parsePublications(asked), all, parts);
    const json = JSON.parse(readFileSync(join(directory, "all.json"), "utf8"));
    expect(json).toMatchObject({ version: 1, runs: all });
    const page = readFileSync(join(directory, "summary.html"), "utf8");
    expect(page).toContain("etcd 9.9 is not offered");
    expect(page).toContain("&lt;verified>");
    expect(page.match(/<a href="[^"]*report.html">/g)).toHaveLength(3);
    expect(readFileSync(join(directory, "junit.xml"), "utf8")).toBe(junitXml(all));
    expect(readFileSync(join(directory, "deep/all.md"), "utf8")).toBe(markdown(all));
    expect(readFileSync(summary, "utf8")).toBe(`before\n${markdown(all)}`);
    expect(written.join("")).toBe(githubAnnotations(all));
    await expect(publish(parsePublications(`junit=${summary}/x.xml`), all, parts)).rejects.toMatchObject({
      code: "environment",
    });
  });
});
