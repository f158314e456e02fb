/** The smallest cluster there is, to see whether this machine can make one; a program of its own too, for `doctor`. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../error.js";
import { local } from "./local.js";

/** Where nothing listens: who is refused has got through. */
const CLOSED_PORT = 9;
const KNOCK = `
  const socket = require("node:net").connect(${CLOSED_PORT}, process.argv[1]);
  socket.on("error", ({ code }) => process.exit(code === "ECONNREFUSED" ? 0 : 1));
  socket.on("connect", () => process.exit(0));
`;

/** Rejects with what does not work. Leaves nothing. */
export async function tryNetwork(): Promise<void> {
  const logDirectory = mkdtempSync(join(tmpdir(), "lockjepsen-doctor-"));
  try {
    const runId = `doctor-${randomBytes(4).toString("hex")}`;
    const cluster = await local.create({ runId, servers: [], clients: 1, logDirectory, keep: false });
    const argv = [process.execPath, "-e", KNOCK, cluster.control.address];
    const knock = await cluster.clients[0]?.exec(argv, { timeoutMs: 5_000 });
    const left = await cluster.stop();
    if (knock?.code !== 0) throw new Error("one host does not reach another");
    if (left.length > 0) throw new Error(`it could not be removed: ${left.join(", ")}`);
  } finally {
    rmSync(logDirectory, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await tryNetwork().catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  });
