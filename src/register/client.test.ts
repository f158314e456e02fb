import { EventEmitter, once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { connectRegister } from "./client.js";
import { REGISTER_PORT } from "./protocol.js";

const ADDRESS = "127.77.0.2";
const READ = { f: "read", lock: "lock-1", client: "c1", by: 0 as never } as const;

/** A register on the loopback; `answer` is called for every request, and answers when it likes. */
async function listen(answer: (say: () => void) => void): Promise<void> {
  const server = createServer((socket) =>
    createInterface({ input: socket }).on("line", (line) => {
      const { n } = JSON.parse(line) as { n: number };
      answer(() => void socket.write(`${JSON.stringify({ n, applied: true, version: n })}\n`));
    }),
  );
  server.listen(REGISTER_PORT, ADDRESS);
  await once(server, "listening");
  onTestFinished(() => void server.close());
}

afterEach(() => void vi.useRealTimers());

test("an answer that was there when a frozen client woke up is no failure, and breaks nothing later", async () => {
  const requests = new EventEmitter();
  await listen((say) => void requests.emit("asked", say));
  const register = await connectRegister({ kind: "embedded", address: ADDRESS });
  onTestFinished(() => register.close());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });

  const asked = once(requests, "asked");
  const first = register.request(READ);
  const [say] = (await asked) as [() => void];
  vi.advanceTimersByTime(5_000); // the timer fires before the socket is read
  say();
  expect(await first).toMatchObject({ version: 1 });
  vi.advanceTimersByTime(1_000);
  requests.once("asked", (sayNow: () => void) => sayNow());
  expect(await register.request(READ)).toMatchObject({ version: 2 });
});

test("no answer in time: told, and the connection is not used again", async () => {
  const requests = new EventEmitter();
  await listen(() => void requests.emit("asked"));
  const register = await connectRegister({ kind: "embedded", address: ADDRESS });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const asked = once(requests, "asked");
  const first = register.request(READ);
  await asked;
  const told = expect(first).rejects.toThrow("no answer from the register within 5000 ms");
  vi.advanceTimersByTime(5_000);
  vi.advanceTimersByTime(50);
  await told;
  await expect(register.request(READ)).rejects.toThrow("no answer");
});

test("a connection that is reset: whether it was applied is open, and the client lives on", async () => {
  const server = createServer((socket) => void socket.once("data", () => socket.resetAndDestroy()));
  server.listen(REGISTER_PORT, ADDRESS);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const register = await connectRegister({ kind: "embedded", address: ADDRESS });
  await expect(register.request(READ)).rejects.toThrow("ECONNRESET");
});
