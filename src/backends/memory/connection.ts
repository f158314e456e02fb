import { connectLines } from "../../line-client.js";
import type { Answer, Request } from "./protocol.js";

/** How long an answer may take that nobody has to wait for. */
const ANSWER_MS = 5_000;
const GRACE_MS = 50;
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
  const [host = "", port] = endpoint.split(":");
  const place = { host, port: Number(port), who: "the service", reachMs: REACH_MS };
  const lines = await connectLines<Answer>(place);
  return {
    async ask(request, withinMs = 0) {
      if (lines.broken) throw lines.broken;
      const { answer, forget } = lines.send({ recipe, ...request });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        // After a freeze this fires before the answer is read that lies in the socket: hence one more turn.
        const giveUp = (): void => {
          timer = setTimeout(reject, GRACE_MS, new Error(`no answer to ${request.do} in time`));
        };
        timer = setTimeout(giveUp, withinMs + ANSWER_MS);
      });
      try {
        return await Promise.race([answer, late]);
      } finally {
        clearTimeout(timer);
        forget();
      }
    },
    get isOpen() {
      return lines.broken === undefined;
    },
    close: () => lines.close(),
  };
}
