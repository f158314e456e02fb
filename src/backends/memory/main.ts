/** The lock service as a process: lines of JSON over TCP. `node main.js <address>`. */
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { sound } from "./behaviour.js";
import { bugs } from "./bugs.js";
import { PORT, type AnswerLine, type RequestLine } from "./protocol.js";
import { createService, type Service, type Told } from "./state.js";

interface Caller {
  readonly socket: Socket;
  readonly n: number;
}

interface Shop {
  readonly service: Service<Caller>;
  timer?: NodeJS.Timeout;
}

/** Every recipe has a service of its own here, which begins when it is first asked. */
const shops = new Map<string, Shop>();

function shopOf(recipe: string): Shop {
  const shop = shops.get(recipe) ?? {
    service: createService<Caller>({ ...sound, ...bugs.find(({ name }) => name === recipe)?.does }),
  };
  shops.set(recipe, shop);
  return shop;
}

function say(shop: Shop, told: readonly Told<Caller>[]): void {
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
  createInterface({ input: socket }).on("line", (line) => {
    const { n, recipe, ...request } = JSON.parse(line) as RequestLine;
    const shop = shopOf(recipe);
    say(shop, shop.service.ask({ socket, n }, request, performance.now()));
  });
});
server.listen(PORT, process.argv[2], () => console.log(`listening at ${process.argv[2]}:${PORT}`));
