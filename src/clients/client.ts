import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fatalError } from "../child.js";
import type { Host } from "../cluster/types.js";
import { LockjepsenError } from "../error.js";
import { processId, type ProcessId } from "../history/event.js";
import { nextProcess } from "./session.js";
import type { FromWorker, Question, ToWorker, WorkerConfig } from "./protocol.js";

/** One client of the crew, through all the processes that it is started as: a killed one is followed by another. */
export interface Client {
  readonly name: string;
  readonly host: Host;
  /** Says it to the process of just now; one that is only being started hears nothing. */
  tell(message: ToWorker): void;
  /** Says it, and again to every process that comes after: what the client shall have done by the end. */
  order(message: ToWorker): void;
  /** Its answer. Rejects when there is none within so many ms, or the process ends before. */
  ask(question: Question, withinMs: number): Promise<string | number>;
  /** When its process ends from now on the next one is started no sooner than what this returns is called. */
  holdBack(): () => void;
  /** Grants so far, of all its processes. */
  grants(): number;
  /** What it is: being started, there, done with its rounds, done with its last reads. A killed one begins anew. */
  readonly state: "starting" | "ready" | "drained" | "finished" | "gone";
}

export interface ClientEvents {
  message(client: Client, message: FromWorker): void;
  failed(error: LockjepsenError): void;
  exited(client: Client, how: ClientExit): void;
}

/** How a client's process ended, and the last process id that it recorded. */
export interface ClientExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly process: number;
  /** Awaited: it is a fault's doing. */
  readonly ours: boolean;
}

const SCRIPT = fileURLToPath(new URL("worker.js", import.meta.url));

/** Starts a client's process on `host`. When it dies it is told, and started again until `closing()`. */
export function startClient(
  host: Host,
  config: WorkerConfig,
  events: ClientEvents,
  closing: () => boolean,
  env: Readonly<Record<string, string>> = {},
): Client {
  let generation = 1;
  let past = 0;
  let current = 0;
  let state: Client["state"] = "starting";
  let hopeless = false;
  let asked = 0;
  let heldBack = 0;
  let next: WorkerConfig | undefined;
  const waiting = new Map<number, (answer: string | number | Error) => void>();
  const orders: ToWorker[] = [];
  let child = launch(config);

  const client: Client = {
    name: config.client,
    host,
    get state() {
      return state;
    },
    grants: () => past + current,
    tell(message) {
      if (state !== "starting") send(child, message);
    },
    order(message) {
      orders.push(message);
      client.tell(message);
    },
    async ask(question, withinMs) {
      if (state === "starting" || state === "gone") throw new Error(`${config.client} is not there`);
      asked += 1;
      const n = asked;
      let timer: NodeJS.Timeout | undefined;
      const answer = await new Promise<string | number | Error>((resolve) => {
        waiting.set(n, resolve);
        timer = setTimeout(() => resolve(new Error(`${config.client} did not answer`)), withinMs);
        send(child, { kind: "ask", n, question });
      });
      clearTimeout(timer);
      waiting.delete(n);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    holdBack() {
      heldBack += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        heldBack -= 1;
        if (heldBack === 0 && next !== undefined && !closing()) child = launch(next);
      };
    },
  };
  return client;

  function launch(now: WorkerConfig): ReturnType<Host["spawn"]> {
    const started = host.spawn([process.execPath, SCRIPT], {
      stdio: ["ignore", "ignore", "pass-on", "ipc"],
      env,
    });
    state = "starting";
    next = undefined;
    started.on("message", (message: FromWorker) => {
      if (message.kind === "fatal") {
        hopeless = true;
        return events.failed(fatalError(message));
      }
      // The last words of a process may be read after its end, when the next one is on its way.
      if (started !== child) return;
      if (message.kind === "answer") return waiting.get(message.n)?.(message.value);
      if (message.kind === "stats") current = message.grants;
      if (message.kind === "ready") {
        state = "ready";
        for (const order of orders) client.tell(order);
      }
      if (message.kind === "drained" || message.kind === "finished") state = message.kind;
      events.message(client, message);
    });
    started.on("error", () => {}); // told by its exit
    started.once("exit", (code, signal) => {
      const before = state;
      state = "gone";
      for (const settle of waiting.values()) settle(new Error(`${config.client} ended`));
      if (closing() || hopeless) return;
      // Killed from outside while it came back it is as good as killed at work; ended by itself it never will be there.
      if (before === "starting" && (signal === null || generation === 1)) {
        const how = signal ?? `exit code ${code}`;
        events.failed(
          new LockjepsenError(
            "environment",
            `${config.client} did not start (${how})`,
            "run `lockjepsen doctor`",
          ),
        );
        return;
      }
      const last = lastProcess(now.file) ?? now.firstProcess;
      past += current;
      current = 0;
      generation += 1;
      next = {
        ...config,
        file: config.file.replace(/\.jsonl$/, `-${generation}.jsonl`),
        firstProcess: nextProcess(last, config.stride),
      };
      events.exited(client, { code, signal, process: last, ours: heldBack > 0 });
      if (heldBack === 0) child = launch(next);
    });
    send(started, { kind: "config", config: now });
    return started;
  }
}

function send(child: ReturnType<Host["spawn"]>, message: ToWorker): void {
  if (child.connected) child.send(message, () => {}); // a process just killed: its exit is told
}

/**
 * The last process id in a record; undefined where it has none yet. What a killed client said of itself over IPC may
 * never have been sent; its record holds every invocation.
 */
function lastProcess(file: string): ProcessId | undefined {
  if (!existsSync(file)) return undefined;
  const fd = openSync(file, "r");
  try {
    const { size } = fstatSync(fd);
    // A last read's value may be long: further back, then.
    for (let length = Math.min(size, 1 << 20); ; length = Math.min(size, length * 8)) {
      const tail = Buffer.alloc(length);
      readSync(fd, tail, 0, length, size - length);
      const last = [...tail.toString("utf8").matchAll(/"process":(\d+)/g)].at(-1);
      if (last?.[1] !== undefined) return processId(Number(last[1]));
      if (length === size) return undefined;
    }
  } finally {
    closeSync(fd);
  }
}
