import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** A connection on which each request is a line of JSON, and so is its answer: `n` says which belongs to which. */
export interface LineClient<Answer extends object> {
  /** The answer. It rejects when the connection breaks, and may take for ever. `n` is added. */
  send(request: object): { readonly answer: Promise<Answer>; forget(): void };
  /** Gives the connection up: all that waits rejects with this. */
  fail(error: Error): void;
  /** Why it broke, once it did. It is never opened again by itself: nothing is sent twice. */
  readonly broken: Error | undefined;
  close(): void;
}

export interface LinePlace {
  readonly host: string;
  readonly port: number;
  /** Who answers there, for errors: "the register". */
  readonly who: string;
  readonly reachMs: number;
}

/** Rejects when nobody answers there within `reachMs`. */
export async function connectLines<Answer extends object>(place: LinePlace): Promise<LineClient<Answer>> {
  const socket = await open(place);
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let count = 0;
  let broken: Error | undefined;
  const fail = (error: Error): void => {
    broken ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    socket.destroy();
  };
  socket.on("error", fail);
  socket.on("close", () => fail(new Error(`${place.who} closed the connection`)));
  const lines = createInterface({ input: socket });
  lines.on("error", fail); // the socket's, passed on
  lines.on("line", (line) => {
    const { n, ...answer } = JSON.parse(line) as Answer & { readonly n: number };
    waiting.get(n)?.resolve(answer as unknown as Answer);
    waiting.delete(n);
  });

  return {
    send(request) {
      const n = (count += 1);
      const answer = new Promise<Answer>((resolve, reject) => waiting.set(n, { resolve, reject }));
      answer.catch(() => {}); // told to whoever awaits it, maybe later: until then it must not end the process
      socket.write(`${JSON.stringify({ n, ...request })}\n`);
      return { answer, forget: () => void waiting.delete(n) };
    },
    fail,
    get broken() {
      return broken;
    },
    close: () => socket.destroy(),
  };
}

function open({ host, port, who, reachMs }: LinePlace): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, timeout: reachMs });
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("timeout", () =>
      socket.destroy(new Error(`no connection to ${who} at ${host}:${port} within ${reachMs} ms`)),
    );
    socket.once("error", reject);
  });
}
