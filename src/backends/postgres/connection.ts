import { Client, DatabaseError, type QueryResultRow } from "pg";
import { DefiniteError } from "../../clients/contract.js";
import { messageOf } from "../../error.js";
import { requestCancel } from "./cancel.js";

const CONNECT_MS = 2_000;
/** Every statement that waits for nothing is answered by then, or never. */
export const ANSWER_MS = 5_000;
const GRACE_MS = 50;

/** One connection to one server, for its whole life: what was lost is not opened again. */
export interface Connection {
  /** The process that serves it there. Behind a pooler: the pooler's own number. */
  readonly pid: number;
  /**
   * Sends a statement when those before it are answered. Rejects with a {@link DefiniteError} where it was not sent, or
   * the server says that it failed; with anything else where it may have been carried out, or still be. After a statement
   * that is not answered within `timeoutMs` the connection is closed: nothing can come later, unseen.
   */
  query<Row extends QueryResultRow>(
    text: string,
    values?: readonly unknown[],
    options?: { readonly timeoutMs: number },
  ): Promise<readonly Row[]>;
  /** Asks the server to give up on the statement that it works on. Resolves when it was told, or cannot be. */
  cancel(): Promise<void>;
  /** Aborted when it is closed, by whom ever; `reason` is an Error that says how. */
  readonly closed: AbortSignal;
  close(): void;
}

/** Rejects with a {@link DefiniteError} when the server does not take a connection in time. */
export async function openConnection(endpoint: string, name: string): Promise<Connection> {
  const [host = "", port = ""] = endpoint.split(":");
  const client = new Client({
    host,
    port: Number(port),
    user: "postgres",
    database: "postgres",
    password: "",
    ssl: false,
    application_name: name,
    connectionTimeoutMillis: CONNECT_MS,
  });
  const closed = new AbortController();
  const end = (error: Error): void => closed.abort(error);
  client.on("error", (error) => end(error));
  client.on("end", () => end(new Error("the server closed the connection")));
  try {
    await client.connect();
  } catch (cause) {
    void client.end().catch(() => {});
    throw new DefiniteError(`cannot reach postgres at ${endpoint}: ${messageOf(cause)}`, { cause });
  }
  const pid = processOf(client);

  function drop(error: Error): void {
    end(error);
    // Not `end()`, which would wait for the statement under way.
    (client as unknown as Internals).connection.stream.destroy();
  }

  async function send<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[],
    timeoutMs: number,
  ): Promise<readonly Row[]> {
    if (closed.signal.aborted) throw new DefiniteError(`no connection: ${messageOf(closed.signal.reason)}`);
    const late = (): void => drop(new Error(`no answer within ${timeoutMs} ms`));
    // After a freeze this timer fires before the answer that lies ready is read: so the socket gets one more turn.
    let timer = setTimeout(() => (timer = setTimeout(late, GRACE_MS)), timeoutMs);
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } catch (error) {
      throw refusal(error) ?? closed.signal.reason ?? error;
    } finally {
      clearTimeout(timer);
    }
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    pid,
    query(text, values = [], { timeoutMs } = { timeoutMs: ANSWER_MS }) {
      const mine = last.then(() => send<never>(text, values, timeoutMs));
      last = mine.catch(() => {});
      return mine;
    },
    cancel: () => requestCancel({ host, port: Number(port), pid, secret: secretOf(client) }),
    closed: closed.signal,
    close: () => drop(new Error("closed")),
  };
}

/**
 * The server's own word that a statement failed, and with it whatever it did. One that ends the session besides (FATAL) may
 * come between a commit and its answer, so it says nothing.
 */
function refusal(error: unknown): DefiniteError | null {
  return error instanceof DatabaseError && error.severity === "ERROR"
    ? new DefiniteError(error.message, { cause: error })
    : null;
}

/** The SQLSTATE of a refused statement. */
export function stateOf(error: unknown): string | undefined {
  const cause = error instanceof DefiniteError ? error.cause : undefined;
  return cause instanceof DatabaseError ? cause.code : undefined;
}

/** What pg has and its types do not tell. */
interface Internals {
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly connection: { readonly stream: { destroy(): void } };
}

const processOf = (client: Client): number => (client as unknown as Internals).processID ?? 0;
const secretOf = (client: Client): number => (client as unknown as Internals).secretKey ?? 0;
