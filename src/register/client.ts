import type { Guard } from "../history/context.js";
import { connectLines } from "../line-client.js";
import { REGISTER_PORT, type RequestLine } from "./protocol.js";
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
  const place = { host: address, port: REGISTER_PORT, who: "the register", reachMs: TIMEOUT_MS };
  const lines = await connectLines<RegisterAnswer>(place);
  return {
    async request(line, onSent) {
      if (lines.broken) throw lines.broken;
      const { answer } = lines.send(line);
      const late = (): void => lines.fail(new Error(`no answer from the register within ${TIMEOUT_MS} ms`));
      // After a freeze this timer fires in the same turn in which the buffered answer is read, and before it: so an
      // elapsed time gives the socket one more turn.
      let timer = setTimeout(() => (timer = setTimeout(late, GRACE_MS)), TIMEOUT_MS);
      try {
        await onSent?.();
        return await answer;
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => lines.close(),
  };
}
