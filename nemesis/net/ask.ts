import { once } from "node:events";
import { createInterface } from "node:readline";
import { dyingWithUs } from "../../src/cluster/apart.js";
import type { Host } from "../../src/cluster/types.js";

/** What became of a request. */
export interface Asked {
  /** The server got it. */
  readonly served: boolean;
  /** `an answer`, `silence`, or how the connection died: `ECONNRESET`. */
  readonly answer: string;
  readonly ms: number;
}

const SERVER = `
  const server = require("node:net").createServer((socket) => {
    socket.on("error", () => {}).on("data", () => { console.log("served"); socket.write("here you are"); });
  });
  server.listen(0, process.argv[1], () => console.log(server.address().port));`;
const CLIENT = `
  const [port, address] = process.argv.slice(1);
  const from = performance.now();
  const socket = require("node:net").connect(Number(port), address, () => socket.write("may I?"));
  const end = (answer) => { console.log(JSON.stringify({ answer, ms: Math.round(performance.now() - from) })); process.exit(); };
  socket.on("data", () => end("an answer")).on("error", ({ code }) => end(code)).on("close", () => end("closed"));
  setTimeout(end, 5_000, "silence");`;
const TIMEOUT_MS = 15_000;

/** A request of a program of ours on one host to a program of ours on another. */
export async function ask(client: Host, server: Host): Promise<Asked> {
  const child = server.spawn([...dyingWithUs(), process.execPath, "-e", SERVER, server.address], {
    stdio: ["ignore", "pipe", "ignore"],
    apart: true,
  });
  const failed = once(child, "exit").then(() => ({ value: undefined }));
  try {
    const lines = child.stdout ? createInterface({ input: child.stdout })[Symbol.asyncIterator]() : undefined;
    const port = (await Promise.race([lines?.next(), failed]))?.value as string | undefined;
    const argv = [...dyingWithUs(), process.execPath, "-e", CLIENT, port ?? "0", server.address];
    const { code, stdout } = await client.exec(argv, { timeoutMs: TIMEOUT_MS });
    const end = code === 0 ? (JSON.parse(stdout) as Omit<Asked, "served">) : { answer: "nothing", ms: 0 };
    // What it served it has said before its answer left.
    const served = await Promise.race([lines?.next(), failed, later()]);
    return { served: served?.value === "served", ...end };
  } finally {
    child.kill("SIGKILL");
  }
}

const later = (): Promise<{ value: undefined }> =>
  new Promise((resolve) => setTimeout(resolve, 500, { value: undefined }));
