import { fileURLToPath } from "node:url";
import { DefiniteError } from "../clients/contract.js";
import { endedError, fatalError, type FatalMessage } from "../child.js";
import type { Host } from "../cluster/types.js";
import { LockjepsenError } from "../error.js";
import type { ControlAnswer, ControlRequest, ControlResult } from "./protocol.js";

/** Calls that are made from inside the cluster's network. */
export interface Control {
  /** Whether a server serves just now; false also when it does not answer. */
  ready(endpoint: string): Promise<boolean>;
  /** The endpoint that leads, or null. */
  leader(endpoints: readonly string[]): Promise<string | null>;
  /** A server's own wall clock, ms since 1970. Rejects when it does not tell. */
  clock(endpoint: string): Promise<number>;
  /** Makes the service promote another server; who leads then. Rejects when it did not. */
  failover(endpoints: readonly string[]): Promise<string>;
  /** Ends a session by the service's own means; its answer. Rejects when it did not, with a DefiniteError if certainly. */
  endSession(endpoints: readonly string[], session: string): Promise<string>;
  /** Rejects when the control process ends by itself or falls silent: nobody knows any more how the servers are. */
  readonly failed: Promise<never>;
  close(): void;
}

/** A backend's calls end within seconds, one way or the other. */
const SILENT_MS = 20_000;

type Unnumbered<T> = T extends unknown ? Omit<T, "n"> : never;

/** Starts the control process on `host`. `module` is the backend's. */
export async function startControl(host: Host, module: string): Promise<Control> {
  const child = host.spawn([process.execPath, fileURLToPath(new URL("server.js", import.meta.url))], {
    stdio: ["ignore", "ignore", "pass-on", "ipc"],
  });
  const waiting = new Map<number, { resolve(result: ControlResult): void; reject(error: Error): void }>();
  let n = 0;
  let gone: Error | undefined;
  let closing = false;
  let end: (error: Error) => void = () => {};
  let listening = (): void => {};

  const ready = new Promise<void>((resolve) => (listening = resolve));
  const failed = new Promise<never>((_, reject) => {
    end = (error) => {
      gone ??= error;
      reject(error);
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
    };
  });
  failed.catch(() => {}); // whoever awaits it is told
  child.on("message", (message: ControlAnswer | { kind: "listening" } | FatalMessage) => {
    if ("kind" in message) {
      if (message.kind === "listening") listening();
      else end(fatalError(message));
      return;
    }
    const call = waiting.get(message.n);
    waiting.delete(message.n);
    if ("error" in message)
      call?.reject(message.definite ? new DefiniteError(message.error) : new Error(message.error));
    else call?.resolve(message.result);
  });
  child.on("error", end);
  child.once("exit", (code, signal) => {
    if (!closing) end(endedError("the control process", { code, signal }));
  });
  child.send(module, () => {});
  await Promise.race([ready, failed]);

  async function ask(request: Unnumbered<ControlRequest>): Promise<ControlResult> {
    if (gone) throw gone;
    n += 1;
    const number = n;
    const silence = setTimeout(() => end(silent()), SILENT_MS);
    try {
      return await new Promise((resolve, reject) => {
        waiting.set(number, { resolve, reject });
        child.send({ n: number, ...request }, () => {}); // one that is no more: its exit is told
      });
    } finally {
      clearTimeout(silence);
    }
  }

  return {
    async ready(endpoint) {
      return await ask({ call: "ready", endpoint }).then(
        (yes) => yes === true,
        (error: unknown) => {
          if (error instanceof LockjepsenError) throw error;
          return false;
        },
      );
    },
    async leader(endpoints) {
      const leader = await ask({ call: "leader", endpoints });
      return typeof leader === "string" ? leader : null;
    },
    clock: async (endpoint) => Number(await ask({ call: "clock", endpoint })),
    failover: async (endpoints) => String(await ask({ call: "failover", endpoints })),
    endSession: async (endpoints, session) => String(await ask({ call: "endSession", endpoints, session })),
    failed,
    close() {
      closing = true;
      if (child.connected) child.disconnect();
    },
  };
}

const silent = (): LockjepsenError =>
  new LockjepsenError(
    "environment",
    `the control process did not answer within ${SILENT_MS / 1_000} s`,
    "was it stopped? Try again, on a calmer machine if this one is busy",
  );
