import { fileURLToPath } from "node:url";
import { fatalError, type FatalMessage } from "../child.js";
import type { Host } from "../cluster/types.js";
import { LockjepsenError } from "../error.js";
import type { ControlAnswer, ControlRequest } from "./protocol.js";

/** Calls that are made from inside the cluster's network. */
export interface Control {
  /** Whether a server serves just now; false also when it does not answer. */
  ready(endpoint: string): Promise<boolean>;
  /** The endpoint that leads, or null. */
  leader(endpoints: readonly string[]): Promise<string | null>;
  close(): void;
}

type Unnumbered<T> = T extends unknown ? Omit<T, "n"> : never;

/** Starts the control process on `host`. `module` is the backend's. */
export async function startControl(host: Host, module: string): Promise<Control> {
  const child = host.spawn([process.execPath, fileURLToPath(new URL("server.js", import.meta.url))], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const waiting = new Map<
    number,
    { resolve(result: boolean | string | null): void; reject(error: Error): void }
  >();
  let n = 0;
  let gone: Error | undefined;

  await new Promise<void>((resolve, reject) => {
    const end = (error: Error): void => {
      gone ??= error;
      reject(error);
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
    };
    child.on("message", (message: ControlAnswer | { kind: "listening" } | FatalMessage) => {
      if ("kind" in message) {
        if (message.kind === "listening") resolve();
        else end(fatalError(message));
        return;
      }
      const call = waiting.get(message.n);
      waiting.delete(message.n);
      if ("error" in message) call?.reject(new Error(message.error));
      else call?.resolve(message.result);
    });
    child.once("error", end);
    child.once("exit", () =>
      end(new LockjepsenError("internal", "the control process ended", "see the logs of the run")),
    );
    child.send(module);
  });

  async function ask(request: Unnumbered<ControlRequest>): Promise<boolean | string | null> {
    if (gone) throw gone;
    n += 1;
    const number = n;
    return await new Promise((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      child.send({ n: number, ...request });
    });
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
    close: () => void (child.connected && child.disconnect()),
  };
}
