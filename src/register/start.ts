import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { endedError, fatalError } from "../child.js";
import type { Host } from "../cluster/types.js";
import type { RegisterConfig, RegisterMessage, ToRegister } from "./messages.js";

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
  /** All that it did is on record when this resolves. */
  close(): Promise<void>;
}

/** A keeper may have to wait for a server that was just down. */
const FINISH_MS = 20_000;

const PROGRAMS = { embedded: "server.js", table: "postgres/keeper.js" } as const;

/** Starts the register's process on its host; resolves when the register can be asked. */
export async function startRegister(host: Host, config: RegisterConfig): Promise<RunningRegister> {
  const program = fileURLToPath(new URL(PROGRAMS[config.kind], import.meta.url));
  const child = host.spawn([process.execPath, program], { stdio: ["ignore", "ignore", "pass-on", "ipc"] });
  let overwritten = 0;
  let started = false;
  let closing = false;
  let listening = (): void => {};
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const watches: ((client: string) => void)[] = [];
  const ready = new Promise<void>((resolve) => (listening = resolve));
  const failed = new Promise<never>((_, reject) => {
    child.on("message", (message: RegisterMessage) => {
      switch (message.kind) {
        case "listening":
          return listening();
        case "finished":
          return finish();
        case "stats":
          overwritten = message.overwritten;
          return;
        case "read":
          return watches[message.n]?.(message.client);
        case "fatal":
          return reject(fatalError(message));
      }
    });
    child.on("error", reject);
    child.once("exit", (code, signal) => {
      finish();
      if (!closing) reject(endedError("the register", { code, signal }));
    });
  });
  failed.catch(() => {}); // whoever awaits it is told
  child.send({ kind: "config", config } satisfies ToRegister);
  await Promise.race([ready, failed]);
  return {
    start(origin) {
      started = true;
      child.send({ kind: "start", origin: String(origin) } satisfies ToRegister);
    },
    overwritten: () => overwritten,
    nextRead: (lock, but) =>
      new Promise((resolve) => {
        const n = watches.push(resolve) - 1;
        child.send({ kind: "watch", n, lock, but } satisfies ToRegister, () => {}); // one that is no more: its exit is told
      }),
    failed,
    async close() {
      closing = true;
      if (!child.connected) return;
      if (started) {
        child.send({ kind: "finish" } satisfies ToRegister, () => {}); // one that is no more: its exit is told
        await Promise.race([finished, sleep(FINISH_MS, undefined, { ref: false })]);
      }
      if (child.connected) child.disconnect();
    },
  };
}
