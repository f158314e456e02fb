import { fileURLToPath } from "node:url";
import { endedError, fatalError } from "../child.js";
import type { Host } from "../cluster/types.js";
import type { RegisterConfig, RegisterMessage, ToRegister } from "./server.js";

/** The running register, as the orchestrator sees it. */
export interface RunningRegister {
  /** The run begins at this instant of process.hrtime.bigint(). */
  start(origin: bigint): void;
  /** Writes so far that were computed from a version no longer current: each lost an update. */
  overwritten(): number;
  /** Resolves with who, when another client than `but` has read what this lock protects. */
  nextRead(lock: string, but: string): Promise<string>;
  /** Rejects when the register ends by itself: without it there is no run. */
  readonly failed: Promise<never>;
  close(): void;
}

/** Starts the register's process on its host; resolves when it listens. */
export async function startRegister(host: Host, config: RegisterConfig): Promise<RunningRegister> {
  const child = host.spawn([process.execPath, fileURLToPath(new URL("server.js", import.meta.url))], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let overwritten = 0;
  let closing = false;
  let listening = (): void => {};
  const watches: ((client: string) => void)[] = [];
  const ready = new Promise<void>((resolve) => (listening = resolve));
  const failed = new Promise<never>((_, reject) => {
    child.on("message", (message: RegisterMessage) => {
      if (message.kind === "listening") listening();
      else if (message.kind === "stats") overwritten = message.overwritten;
      else if (message.kind === "read") watches[message.n]?.(message.client);
      else reject(fatalError(message));
    });
    child.on("error", reject);
    child.once("exit", (code, signal) => {
      if (!closing) reject(endedError("the register", { code, signal }));
    });
  });
  failed.catch(() => {}); // whoever awaits it is told
  child.send({ kind: "config", config } satisfies ToRegister);
  await Promise.race([ready, failed]);
  return {
    start: (origin) => void child.send({ kind: "start", origin: String(origin) } satisfies ToRegister),
    overwritten: () => overwritten,
    nextRead: (lock, but) =>
      new Promise((resolve) => {
        const n = watches.push(resolve) - 1;
        child.send({ kind: "watch", n, lock, but } satisfies ToRegister, () => {}); // one that is no more: its exit is told
      }),
    failed,
    close() {
      closing = true;
      if (child.connected) child.disconnect();
    },
  };
}
