import { setTimeout as sleep } from "node:timers/promises";
import { openConnection, type Connection } from "../../backends/postgres/connection.js";
import { messageOf } from "../../error.js";
import type { Guard } from "../../history/context.js";
import type { RegisterClient } from "../client.js";
import type { RequestLine } from "../protocol.js";
import type { RegisterAnswer } from "../state.js";

/** How often one asks what became of what it put into the queue, and for how long. */
const POLL_MS = 5;
const QUEUED_MS = 5_000;
/** How long a change that may be asked for again is asked for. */
const INSIST_MS = 20_000;
const PAUSE_MS = 200;

type Request = Parameters<RegisterClient["request"]>[0];
type OnSent = Parameters<RegisterClient["request"]>[1];

/** A connection to a register that is a table. Rejects when there is none in time. */
export async function connectTable(endpoint: string, guard: Guard | null): Promise<RegisterClient> {
  const open = (): Promise<Connection> => openConnection(endpoint, "lockjepsen register");
  let db = await open();

  /** `sent` is told too: the log has no clock of its own. */
  async function ask(request: Request, statement: string, onSent?: OnSent): Promise<RegisterAnswer> {
    const sent = String(process.hrtime.bigint());
    const answer = db.query<{ answer: RegisterAnswer }>(`SELECT ${statement} AS answer`, [
      JSON.stringify({ ...request, sent }),
    ]);
    answer.catch(() => {}); // told below; a rejection during onSent must not end the process
    await new Promise(setImmediate); // by then it is on its way
    await onSent?.();
    const [row] = await answer;
    if (!row) throw new Error("the register's table says nothing");
    return row.answer;
  }

  /** Puts it into the queue, and waits until the writer has carried it out. */
  async function enqueue(request: Request, onSent?: OnSent): Promise<RegisterAnswer> {
    const sent = String(process.hrtime.bigint());
    const put = db.query("INSERT INTO register.queue (request) VALUES ($1)", [
      JSON.stringify({ ...request, sent }),
    ]);
    put.catch(() => {});
    await onSent?.();
    await put;
    for (const since = performance.now(); performance.now() - since < QUEUED_MS; await sleep(POLL_MS)) {
      const [row] = await db.query<{ answer: RegisterAnswer }>(
        "SELECT answer FROM register.done WHERE id = $1",
        [request.id],
      );
      if (row) return row.answer;
    }
    throw new Error(`queued, and not carried out within ${QUEUED_MS} ms`);
  }

  /** Asks until it is answered: what was done is not done again. */
  async function insist(request: Request, onSent?: OnSent): Promise<RegisterAnswer> {
    const since = performance.now();
    for (let first = true; ; first = false) {
      try {
        if (db.closed.aborted) db = await open();
        return await ask(request, "register.write($1)", first ? onSent : undefined);
      } catch (error) {
        if (performance.now() - since > INSIST_MS)
          throw new Error(`asked for ${INSIST_MS / 1_000} s: ${messageOf(error)}`, { cause: error });
        await sleep(PAUSE_MS);
      }
    }
  }

  return {
    request(request: Omit<RequestLine, "n">, onSent) {
      if (request.f === "read") return ask(request, "register.read($1)", onSent);
      if (guard === "queue") return enqueue(request, onSent);
      if (guard === "idempotent") return insist(request, onSent);
      return ask(request, "register.write($1)", onSent);
    },
    close: () => db.close(),
  };
}
