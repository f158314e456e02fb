import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Answer, AnswerLine, Request, RequestLine } from "./protocol.js";

/** How long an answer may take that nobody has to wait for. */
const ANSWER_MS = 5_000;
const REACH_MS = 2_000;

/** One connection to the service. It is never opened again by itself: nothing is sent twice. */
export interface Connection {
  /** Rejects when no answer comes (within 5 s, or `withinMs` more): whether it was done is then open. */
  ask(request: Request, withinMs?: number): Promise<Answer>;
  readonly isOpen: boolean;
  close(): void;
}

/** Rejects when the service cannot be reached within 2 s. `recipe` says how it shall behave. */
export async function openConnection(endpoint: string, recipe: string): Promise<Connection> {
  const socket = await open(endpoint);
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let n = 0;
  let broken: Error | undefined;
  const fail = (error: Error): void => {
    broken ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    socket.destroy();
  };
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the service closed the connection")));
  const lines = createInterface({ input: socket });
  lines.on("error", fail); // the socket's, passed on
  lines.on("line", (line) => {
    const { n: number, ...answer } = JSON.parse(line) as AnswerLine;
    waiting.get(number)?.resolve(answer);
  });

  return {
    async ask(request, withinMs = 0) {
      if (broken) throw broken;
      const number = (n += 1);
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<Answer>((resolve, reject) => {
          waiting.set(number, { resolve, reject });
          // After a freeze this fires before the answer is read that lies in the socket: hence one more turn.
          const giveUp = (): void =>
            void setTimeout(reject, 50, new Error(`no answer to ${request.do} in time`));
          timer = setTimeout(giveUp, withinMs + ANSWER_MS);
          socket.write(`${JSON.stringify({ n: number, recipe, ...request } satisfies RequestLine)}\n`);
        });
      } finally {
        clearTimeout(timer);
        waiting.delete(number);
      }
    },
    get isOpen() {
      return broken === undefined;
    },
    close: () => socket.destroy(),
  };
}

function open(endpoint: string): Promise<Socket> {
  const [host = "", port] = endpoint.split(":");
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), noDelay: true, timeout: REACH_MS });
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("timeout", () => socket.destroy(new Error(`cannot reach the service at ${endpoint}`)));
    socket.once("error", reject);
  });
}
