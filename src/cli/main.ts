#!/usr/bin/env node
import { errnoOf } from "../error.js";
import { outputTo } from "../report/io.js";
import { printFailure } from "./failure.js";
import { main } from "./program.js";

/** `lockjepsen run | head` closes the pipe, a closed terminal answers with EIO: no reason to leave a run half done. */
const UNHEARD = new Set(["EPIPE", "EIO"]);
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error) => {
    if (!UNHEARD.has(errnoOf(error) ?? "")) throw error;
  });

// Node itself would answer with a stack and exit code 1, which says "violated". Rejections that nobody awaits come here too.
process.on("uncaughtException", (error) => {
  const err = outputTo(process.stderr);
  const exitCode = printFailure(error, err, process.argv.includes("--debug"));
  err.write("stopped at once; `lockjepsen clean` removes what a run has left\n");
  process.exit(exitCode);
});

/** What a slow reader of a pipe has not taken yet would be lost by an exit. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.writable) stream.write("", () => resolve());
    else resolve();
  });

const exitCode = await main(process.argv.slice(2));
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// A connection that somebody forgot to close must not keep the command from ending.
process.exit(exitCode);
