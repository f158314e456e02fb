import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { simulate } from "../testing/simulate.js";
import { sampleDocument } from "../testing/document.js";
import { sampleEnvironment, samplePlan } from "../testing/samples.js";
import { buildPayload } from "./build.js";
import { escapeScript, fillPage } from "./page.js";
import type { Payload } from "./payload.js";

const TEMPLATE =
  "<title>@@title@@</title><h1>@@headline@@</h1><p>@@sentence@@</p>@@payload@@<script>1</script>";

function payloadOf(lock: string, durationMs = 1_000): Payload {
  const plan = samplePlan({ lock, durationMs });
  const document = sampleDocument({}, { lock });
  return buildPayload({ plan, environment: sampleEnvironment, history: simulate(plan), document });
}

/** What a browser would find in the payload's element. */
function embedded(page: string): { kind: string; text: string } {
  const [, kind = "", text = ""] = /<script id="payload" ([^>]*)>(.*?)<\/script>/s.exec(page) ?? [];
  return { kind, text };
}

describe("fillPage", () => {
  it("embeds the payload so that no text in it ends its element, opens a comment or breaks a line", () => {
    const hostile = "</script><!--<script>&amp;\u2028\u2029@@title@@$&";
    const payload = payloadOf(hostile);
    const page = fillPage(TEMPLATE, payload);
    const { kind, text } = embedded(page);
    expect(kind).toBe('type="application/json"');
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(payload)));
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain("<h1>Violated: 42 of 520 acknowledged updates lost</h1>");
    expect(page).toContain("<p>etcd 3.4.23&#39;s &#60;/script&#62;&#60;!--");
  });

  it("packs what is large, and it comes out as it went in", () => {
    const payload = payloadOf("lock-1", 120_000);
    const { kind, text } = embedded(fillPage(TEMPLATE, payload));
    expect(kind).toBe('type="text/plain" data-encoding="gzip"');
    expect(text).toMatch(/^[A-Za-z0-9+/=]+$/);
    const unpacked = gunzipSync(Buffer.from(text, "base64")).toString();
    expect(JSON.parse(unpacked)).toEqual(JSON.parse(JSON.stringify(payload)));
    expect(text.length).toBeLessThan(unpacked.length / 2);
  });
});

describe("escapeScript", () => {
  it("stays JSON of the same value", () => {
    const value = { "</script>": ["<!--", "]]>", "\u2028", "\uD83D\uDD12", "&lt;"] };
    expect(JSON.parse(escapeScript(JSON.stringify(value)))).toEqual(value);
  });
});
