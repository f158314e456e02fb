/** Results in the browser, on this machine alone. */
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { catalogue } from "./catalogue.js";
import { comparePage, listPage } from "./pages.js";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".json": "application/json",
  ".jsonl": "text/plain; charset=utf-8",
  ".log": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".md": "text/plain; charset=utf-8",
};

/** Serves the results below `root`; reads, and never writes. The caller listens. */
export function resultsServer(root: string): Server {
  return createServer((request, response) => {
    answer(root, request, response).catch(() => send(response, 500, "text/plain", "something went wrong"));
  });
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A page of another origin that has got hold of a name for this address must not read what is here.
  if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? ""))
    return send(response, 403, "text/plain", "only by 127.0.0.1 or localhost");
  if (request.method !== "GET" && request.method !== "HEAD")
    return send(response, 405, "text/plain", "only to be read");
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/") {
    const filter = { verdict: searchParams.get("verdict") ?? "", text: searchParams.get("text") ?? "" };
    return send(response, 200, "text/html; charset=utf-8", listPage(await catalogue(root), filter));
  }
  if (pathname === "/compare") {
    const chosen = searchParams.getAll("run");
    const entries = (await catalogue(root)).filter(({ path }) => chosen.includes(path));
    return send(response, 200, "text/html; charset=utf-8", comparePage(entries));
  }
  if (pathname.startsWith("/runs/")) return file(root, pathname.slice("/runs/".length), response);
  send(response, 404, "text/plain", "there is no such page");
}

/** A file below the results: links and dots that lead out of them lead nowhere. */
async function file(root: string, path: string, response: ServerResponse): Promise<void> {
  const found = await below(root, path);
  if (found === null) return send(response, 404, "text/plain", "there is no such file");
  response.writeHead(200, {
    "content-type": TYPES[extname(found)] ?? "application/octet-stream",
    "x-content-type-options": "nosniff",
  });
  createReadStream(found)
    .on("error", () => response.destroy())
    .pipe(response);
}

async function below(root: string, path: string): Promise<string | null> {
  try {
    const base = await realpath(root);
    const found = await realpath(join(base, decodeURIComponent(path)));
    return found.startsWith(`${base}${sep}`) && (await stat(found)).isFile() ? found : null;
  } catch {
    return null;
  }
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "content-type": type, "x-content-type-options": "nosniff" });
  response.end(text);
}
