/** The lock service as a process: lines of JSON over TCP. `node main.js <address> <data directory>`. */
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { sound } from "./behaviour.js";
import { bugs } from "./bugs.js";
import { openDisk } from "./disk.js";
import { PORT, type AnswerLine, type RequestLine } from "./protocol.js";
import { createService, type Service, type Told } from "./state.js";

interface Caller {
  readonly socket: Socket;
  readonly n: number;
}

interface Shop {
  readonly recipe: string;
  readonly service: Service<Caller>;
  timer?: NodeJS.Timeout;
}

const [, , address = "", directory = ""] = process.argv;
const disk = openDisk(directory);
const begun = performance.now();

/** Every recipe has a service of its own here, which begins when it is first asked, and goes on as of the restart. */
const shops = new Map<string, Shop>();

function shopOf(recipe: string): Shop {
  const behaviour = { ...sound, ...bugs.find(({ name }) => name === recipe)?.does };
  const shop = shops.get(recipe) ?? {
    recipe,
    service: createService<Caller>(behaviour, disk.read(recipe), begun),
  };
  shops.set(recipe, shop);
  return shop;
}

function say(shop: Shop, told: readonly Told<Caller>[]): void {
  disk.write(shop.recipe, shop.service.kept());
  for (const { to, answer } of told)
    to.socket.write(`${JSON.stringify({ n: to.n, ...answer } satisfies AnswerLine)}\n`);
  clearTimeout(shop.timer);
  const at = shop.service.nextAt();
  if (Number.isFinite(at)) shop.timer = setTimeout(wake, Math.max(0, at - performance.now()), shop);
}

function wake(shop: Shop): void {
  say(shop, shop.service.pass(performance.now()));
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy()); // a client that is no more: its leases end by themselves
  const lines = createInterface({ input: socket });
  lines.on("error", () => {}); // the socket's, passed on
  lines.on("line", (line) => {
    const { n, recipe, ...request } = JSON.parse(line) as RequestLine;
    const shop = shopOf(recipe);
    say(shop, shop.service.ask({ socket, n }, request, performance.now()));
  });
});
server.listen(PORT, address, () => console.log(`listening at ${address}:${PORT}`));
