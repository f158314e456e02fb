import { gzipSync } from "node:zlib";
import type { Payload } from "./payload.js";

/** Above this (characters) the payload is packed: a page of some 100 kB is still nice to look into. */
const PACK_ABOVE = 200_000;

/** Fills the page's template, which the build makes from `ui/`. `@@name@@` in it are places to fill, each once. */
export function fillPage(template: string, payload: Payload): string {
  const { title, sentence } = payload.headline;
  const { run } = payload.document;
  const values: Readonly<Record<string, string>> = {
    title: escapeText(`${title} · ${run.backend} ${run.version} ${run.lock} · lockjepsen`),
    headline: escapeText(title),
    sentence: escapeText(sentence),
    payload: embed(JSON.stringify(payload)),
  };
  // One pass: what was filled in is never looked at again, whatever it says.
  return template.replaceAll(
    /@@(title|headline|sentence|payload)@@/g,
    (_, name: string) => values[name] ?? "",
  );
}

function embed(json: string): string {
  if (json.length > PACK_ABOVE) {
    const packed = gzipSync(json, { level: 9 }).toString("base64");
    return `<script id="payload" type="text/plain" data-encoding="gzip">${packed}</script>`;
  }
  return `<script id="payload" type="application/json">${escapeScript(json)}</script>`;
}

/**
 * JSON that no HTML parser can mistake: `</script>` or `<!--` in an error message would end the element or begin a
 * comment, and U+2028 and U+2029 end a line in older JavaScript. All four are legal in JSON as escapes.
 */
export function escapeScript(json: string): string {
  return json.replaceAll(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export function escapeText(text: string): string {
  return text.replaceAll(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
