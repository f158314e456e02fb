/**
 * Keeps the register that is a table: makes it, copies its log into the run's record while the run goes on, and is its
 * single writer where it has one. A process on the register's host.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { openConnection, type Connection } from "../../backends/postgres/connection.js";
import { onParentGone, sendFatal } from "../../child.js";
import { openRecorder } from "../../history/recorder.js";
import type { RegisterMessage, TableConfig, ToRegister, Watch } from "../messages.js";
import { followLog, type LogEntry } from "./log.js";
import { REGISTER_SCHEMA } from "./schema.js";

const COPY_EVERY_MS = 250;
const IDLE_MS = 3;
const RETRY_MS = 200;
const CONNECT_MS = 60_000;
const LAST_COPY_MS = 15_000;
const NAME = "lockjepsen register";

const WATCHED_MS = 10;

let config: TableConfig | undefined;
let watches: readonly (Watch & { readonly since: bigint })[] = [];
let finish = (): void => {};
const finishing = new Promise<void>((resolve) => (finish = resolve));

const send = (message: RegisterMessage): void => void process.send?.(message);

process.on("message", (message: ToRegister) => {
  switch (message.kind) {
    case "config":
      if (message.config.kind !== "table") return;
      ({ config } = message);
      return void make(message.config).then(() => send({ kind: "listening" }), sendFatal);
    case "start":
      if (config) void keep(config, BigInt(message.origin)).catch(sendFatal);
      return;
    case "watch":
      watches = [...watches, { ...message, since: process.hrtime.bigint() }];
      return;
    case "finish":
      return finish();
  }
});
process.on("uncaughtException", sendFatal);
onParentGone(() => process.exit(0));

/** The server may be starting. */
async function make({ endpoint, initial, fencing, guard, change, locks }: TableConfig): Promise<void> {
  const db = await connected(endpoint, CONNECT_MS);
  await db.query(REGISTER_SCHEMA);
  await db.query("INSERT INTO register.rules VALUES ($1, $2, $3)", [fencing, guard, JSON.stringify(change)]);
  await db.query(
    "INSERT INTO register.resource (lock, value) SELECT lock, $2::jsonb FROM unnest($1::text[]) AS lock",
    [locks, JSON.stringify(initial)],
  );
  db.close();
}

async function keep({ file, endpoint, guard }: TableConfig, origin: bigint): Promise<void> {
  const log = followLog(openRecorder(file), origin, tellWatches);
  const over = new AbortController();
  const finished = finishing.then(() => over.abort());
  if (guard === "queue") void workOff(endpoint).catch(sendFatal);
  let db: Connection | undefined;
  const copy = async (): Promise<void> => {
    if (!db || db.closed.aborted) db = await openConnection(endpoint, NAME);
    await log.copy(db);
    send({ kind: "stats", ...log.stats() });
  };
  while (!over.signal.aborted) {
    await copy().catch(() => {}); // the server may be down: what it did is still there to be copied when it is up
    await Promise.race([finished, sleep(watches.length > 0 ? WATCHED_MS : COPY_EVERY_MS)]);
  }
  const since = performance.now();
  for (;;) {
    const copied = await copy().then(
      () => true,
      () => false,
    );
    if (copied || performance.now() - since > LAST_COPY_MS) break; // what is missing shows in the versions
    await sleep(RETRY_MS);
  }
  send({ kind: "finished" });
}

function tellWatches({ f, lock, client, sent }: LogEntry): void {
  const met = (watch: (typeof watches)[number]): boolean =>
    f === "read" && watch.lock === lock && watch.but !== client && BigInt(sent) > watch.since;
  for (const { n } of watches.filter(met)) send({ kind: "read", n, client });
  watches = watches.filter((watch) => !met(watch));
}

/** The single writer. What it was doing when its connection broke was done whole, or is still in the queue. */
async function workOff(endpoint: string): Promise<void> {
  for (;;) {
    const db = await connected(endpoint, Infinity);
    while (!db.closed.aborted) {
      const worked = await db
        .query<{ worked: number }>("SELECT register.work() AS worked")
        .then(([row]) => row?.worked ?? 0)
        .catch(() => 0);
      if (worked === 0) await sleep(IDLE_MS);
    }
  }
}

async function connected(endpoint: string, withinMs: number): Promise<Connection> {
  const since = performance.now();
  for (;;) {
    try {
      return await openConnection(endpoint, NAME);
    } catch (error) {
      if (performance.now() - since > withinMs) throw error;
      await sleep(RETRY_MS);
    }
  }
}
