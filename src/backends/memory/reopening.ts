import { openConnection, type Connection } from "./connection.js";

/**
 * A connection that is opened anew, before something is asked, where the last one broke. Nothing is sent twice. Rejects
 * when the service cannot be reached at first.
 */
export async function reopening(endpoint: string, recipe: string): Promise<Connection> {
  let current = await openConnection(endpoint, recipe);
  let opening: Promise<void> | undefined;
  let closed = false;

  async function open(): Promise<void> {
    const next = await openConnection(endpoint, recipe);
    if (closed) next.close();
    current = next;
  }

  return {
    async ask(request, withinMs) {
      if (!current.isOpen && !closed) {
        opening ??= open().finally(() => (opening = undefined));
        await opening;
      }
      return await current.ask(request, withinMs);
    },
    get isOpen() {
      return current.isOpen;
    },
    close() {
      closed = true;
      current.close();
    },
  };
}
