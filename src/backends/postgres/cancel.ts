import { once } from "node:events";
import { connect } from "node:net";

/** Code of a CancelRequest: PostgreSQL, "Message Formats", https://www.postgresql.org/docs/current/protocol-message-formats.html */
const CANCEL_REQUEST = 80_877_102;
const CANCEL_MS = 1_000;

export interface Cancellation {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly secret: number;
}

/**
 * Asks a server, on a connection of its own, to give up on what that session works on. The server closes the connection
 * once it has passed that on: only then may another statement be sent, or that one would be given up. It never says
 * whether it did. Resolves in any case, at the latest after a second.
 */
export async function requestCancel({ host, port, pid, secret }: Cancellation): Promise<void> {
  const socket = connect({ host, port, timeout: CANCEL_MS });
  const request = Buffer.alloc(16);
  [16, CANCEL_REQUEST, pid, secret].forEach((number, place) => request.writeInt32BE(number, 4 * place));
  socket.on("timeout", () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.write(request);
  socket.resume();
  await once(socket, "close").catch(() => {});
}
