import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Guard } from "../history/context.js";
import { REGISTER_PORT, type AnswerLine, type RequestLine } from "./protocol.js";
import type { RegisterAnswer } from "./state.js";

/** A connection to the register. */
export interface RegisterClient {
  /** Rejects when the answer does not come: whether it was applied is then open. */
  request(line: Omit<RequestLine, "n">, onSent?: () => Promise<void>): Promise<RegisterAnswer>;
  close(): void;
}

const TIMEOUT_MS = 5_000;
const GRACE_MS = 50;

/** Where the register is, and what it is: the tester's own process, or a table of a database. */
export type RegisterPlace =
  | { readonly kind: "embedded"; readonly address: string }
  | { readonly kind: "table"; readonly endpoint: string; readonly guard: Guard | null };

/** Connects to the register. Rejects when it cannot within 5 s. */
export async function connectRegister(place: RegisterPlace): Promise<RegisterClient> {
  if (place.kind === "embedded") return await connectEmbedded(place.address);
  const { connectTable } = await import("./postgres/client.js"); // the client library is not for every run
  return await connectTable(place.endpoint, place.guard);
}

async function connectEmbedded(address: string): Promise<RegisterClient> {
  const socket = await open(address);
  const waiting = new Map<number, { resolve(answer: RegisterAnswer): void; reject(error: Error): void }>();
  let n = 0;
  let broken: Error | undefined;

  const fail = (error: Error): void => {
    broken ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    socket.destroy();
  };
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the register closed the connection")));
  const lines = createInterface({ input: socket });
  lines.on("error", fail); // the socket's, passed on
  lines.on("line", (line) => {
    const { n: number, ...answer } = JSON.parse(line) as AnswerLine;
    waiting.get(number)?.resolve(answer);
    waiting.delete(number);
  });

  return {
    async request(line, onSent) {
      if (broken) throw broken;
      n += 1;
      const number = n;
      const answer = new Promise<RegisterAnswer>((resolve, reject) =>
        waiting.set(number, { resolve, reject }),
      );
      const late = (): void => fail(new Error(`no answer from the register within ${TIMEOUT_MS} ms`));
      // After a freeze this timer fires in the same turn in which the buffered answer is read, and before it: so an
      // elapsed time gives the socket one more turn.
      let timer = setTimeout(() => (timer = setTimeout(late, GRACE_MS)), TIMEOUT_MS);
      try {
        socket.write(`${JSON.stringify({ n: number, ...line })}\n`);
        await onSent?.();
        return await answer;
      } finally {
        clearTimeout(timer);
        answer.catch(() => {}); // told to whoever awaits it; a rejection during onSent must not end the process
      }
    },
    close: () => socket.destroy(),
  };
}

function open(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: REGISTER_PORT, noDelay: true, timeout: TIMEOUT_MS });
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("timeout", () =>
      socket.destroy(new Error(`no connection to the register within ${TIMEOUT_MS} ms`)),
    );
    socket.once("error", reject);
  });
}
