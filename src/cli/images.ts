import { EXIT, LockjepsenError } from "../error.js";
import { unknownName } from "../suggest.js";
import { command } from "./command.js";

const ACTIONS = ["build", "list", "prune"] as const;
const MEGABYTE = 1e6;

export const imagesCommand = command({
  name: "images",
  description: "container images of the lock services: build them ahead, list them, remove old ones",
  positionals: { action: { type: "string", describe: ACTIONS.join(" | ") } },
  options: {
    only: {
      type: "string",
      requiresArg: true,
      array: true,
      describe: "build only this one, name[:suite]; may be repeated",
    },
    all: { type: "boolean", describe: "prune every image of ours, also those that are up to date" },
    json: { type: "boolean", describe: "list as JSON" },
  },
  examples: [
    ["images build", "all, so that the first run need not wait"],
    ["images build --only redis:trixie", "Redis as Debian 13 has it"],
  ],
  epilogue: "Exit codes:\n  0 done     3 something could not be built or removed",
  async run(argv) {
    switch (ACTIONS.find((action) => action === argv.action)) {
      case "build":
        return build(argv.only ?? []);
      case "list":
        return list(argv.json === true);
      case "prune":
        return prune(argv.all === true);
      case undefined:
        throw unknownName("action of images", argv.action, ACTIONS);
    }
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function build(only: readonly string[]): Promise<number> {
  const [{ demandEngine }, { ensureImage }, { imageNames }] = await Promise.all([
    import("../cluster/docker/engine.js"),
    import("../cluster/docker/build.js"),
    import("../cluster/docker/recipes.js"),
  ]);
  const engine = await demandEngine();
  const wanted = only.length === 0 ? imageNames() : only;
  let failed = 0;
  for (const [name, suite] of wanted.map((word) => word.split(":") as [string, string | undefined])) {
    const options = { onProgress: say, signal: new AbortController().signal };
    try {
      say(`${await ensureImage(engine, name, suite, options)} is there`);
    } catch (error) {
      // One that cannot be had here takes nothing from the others.
      if (!(error instanceof LockjepsenError && error.code === "environment") || wanted.length === 1)
        throw error;
      failed += 1;
      process.stderr.write(`error: ${error.message}\n hint: ${error.hint}\n`);
    }
  }
  return failed === 0 ? EXIT.valid : EXIT.environment;
}

async function list(json: boolean): Promise<number> {
  const { stock } = await stocked();
  if (json) say(JSON.stringify(stock, null, 2));
  else if (stock.length === 0) say("no image of ours: they are built when they are first needed");
  else
    for (const { name, tags, bytes, created, current } of stock)
      say(
        `${tags[0] ?? `${name} (replaced)`}  ${Math.round(bytes / MEGABYTE)} MB  ${created}${current ? "" : "  outdated"}`,
      );
  return EXIT.valid;
}

async function prune(all: boolean): Promise<number> {
  const { engine, stock, removeImages } = await stocked();
  const going = stock.filter(({ current }) => all || !current);
  if (going.length === 0) say("nothing to remove");
  const failed = await removeImages(engine, going);
  for (const text of failed) process.stderr.write(`could not remove ${text}\n`);
  say(`${going.length - failed.length} of ${stock.length} removed`);
  return failed.length === 0 ? EXIT.valid : EXIT.environment;
}

async function stocked() {
  const [{ demandEngine }, { listStock, removeImages }] = await Promise.all([
    import("../cluster/docker/engine.js"),
    import("../cluster/docker/stock.js"),
  ]);
  const engine = await demandEngine();
  return { engine, stock: await listStock(engine), removeImages };
}
