import { once } from "node:events";
import { existsSync } from "node:fs";
import { EXIT, LockjepsenError, messageOf } from "../error.js";
import { DEFAULTS } from "../plan/defaults.js";
import { command } from "./command.js";
import { interruptibly } from "./interrupt.js";
import { integer } from "./run-options.js";

const PORT = 7355;

export const serveCommand = command({
  name: "serve",
  description: "look at results in the browser: list, filter, compare; on this machine alone",
  positionals: {},
  options: {
    output: { type: "string", requiresArg: true, describe: `directory of results [${DEFAULTS.output}]` },
    port: { type: "string", requiresArg: true, describe: `on 127.0.0.1; 0: any that is free [${PORT}]` },
    open: { type: "boolean", describe: "show it in the browser" },
  },
  examples: [["serve --open", "all runs of this directory"]],
  async run(argv) {
    const root = argv.output ?? DEFAULTS.output;
    if (!existsSync(root))
      throw new LockjepsenError(
        "usage",
        `there are no results in ${root}`,
        "run something first, or name --output",
      );
    const port = integer("port", argv.port) ?? PORT;
    if (port > 65_535)
      throw new LockjepsenError("usage", `--port ${port} is out of range`, "take a port up to 65535, or 0");
    const { resultsServer } = await import("../report/serve/server.js");
    const server = resultsServer(root);
    return interruptibly(async (signal) => {
      server.listen(port, "127.0.0.1");
      await once(server, "listening").catch((cause: unknown) => {
        throw new LockjepsenError(
          "environment",
          `cannot listen on 127.0.0.1:${port}: ${messageOf(cause)}`,
          "take another --port, or 0",
          { cause },
        );
      });
      const address = server.address();
      const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : port}/`;
      process.stdout.write(`${url}\n`);
      if (argv.open) await (await import("./browser.js")).openInBrowser(url);
      await once(signal, "abort");
      server.closeAllConnections();
      server.close();
      return EXIT.valid;
    }, "");
  },
});
