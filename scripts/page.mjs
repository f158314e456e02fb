// The report's page: everything in src/report/html/ui/ in one file. What differs from run to run is left as @@places@@.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const require = createRequire(import.meta.url);

/** The page's template. Rejects when the program in it cannot be bundled. */
export async function buildPage(root) {
  const ui = join(root, "src/report/html/ui");
  const bundle = await build({
    absWorkingDir: root,
    entryPoints: [join(ui, "main.tsx")],
    outdir: "unused",
    write: false,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome100", "firefox113", "safari16.4"],
    jsx: "automatic",
    jsxImportSource: "preact",
    // tsconfig's NodeNext settings are the package's; the page is bundled for a browser.
    tsconfigRaw: { compilerOptions: { target: "es2022" } },
    legalComments: "none",
    logLevel: "warning",
  });
  const textOf = (end) => bundle.outputFiles.find((file) => file.path.endsWith(end))?.text.trim() ?? "";
  // Neither may end its own element: esbuild writes `<\/script>` and `<\/style>` for that.
  const [script, style] = [textOf(".js"), textOf(".css")];

  const values = {
    policy: [
      // Nothing may be fetched, whatever the page is made to hold: only these very texts run.
      "default-src 'none'",
      `script-src '${hashOf(script)}'`,
      `style-src '${hashOf(style)}'`,
      "img-src data:",
    ].join("; "),
    // Whole elements: a formatter that moved a line break into one would change its hash.
    style: `<style>${style}</style>`,
    script: `<script>${script}</script>`,
    licences: ["preact", "uplot"].map((name) => `${name}\n${licenceOf(name)}`).join("\n\n"),
  };
  const template = readFileSync(join(ui, "page.html"), "utf8");
  return template.replaceAll(/@@(policy|style|script|licences)@@/g, (_, name) => values[name]);
}

const hashOf = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** Both are under the MIT licence, which asks for its text in every copy. */
function licenceOf(name) {
  const directory = dirname(require.resolve(`${name}/package.json`));
  return readFileSync(join(directory, "LICENSE"), "utf8").trim();
}
