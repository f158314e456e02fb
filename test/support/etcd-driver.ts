/** Runs inside the cluster's network and does there what a test asks for over IPC. Started by `startDriver`. */
import type { Grant, LockClient } from "../../src/clients/contract.js";
import { DefiniteError } from "../../src/clients/contract.js";
import { loadBackend } from "../../src/backends/index.js";
import { deletionOf } from "../../src/backends/etcd/deletion.js";
import { openConnection } from "../../src/backends/etcd/connection.js";
import { messageOf } from "../../src/error.js";

export type Request = { readonly n: number } & (
  | {
      readonly do: "connect";
      readonly recipe: string;
      readonly process: number;
      readonly stopsWithLease: boolean;
    }
  | {
      readonly do: "acquire";
      readonly client: number;
      readonly lock: string;
      readonly ttlMs: number;
      readonly waitMs: number;
    }
  | { readonly do: "abort"; readonly acquire: number }
  | { readonly do: "release"; readonly client: number; readonly grant: number }
  | { readonly do: "close"; readonly client: number }
  | { readonly do: "ready"; readonly endpoint: string }
  | { readonly do: "leader" }
  | { readonly do: "failover" }
  | { readonly do: "clock"; readonly endpoint: string }
  | { readonly do: "endSession"; readonly session: string }
  | { readonly do: "keys"; readonly endpoint: string; readonly prefix: string }
  | { readonly do: "leases"; readonly endpoint: string }
  | { readonly do: "revoke"; readonly endpoint: string; readonly lease: string }
  | { readonly do: "watch-late"; readonly endpoint: string; readonly compacted: boolean }
);
export type Answer =
  | { readonly n: number; readonly value: unknown }
  | { readonly n: number; readonly error: string; readonly definite: boolean };
export type Notice =
  | { readonly grant: number; readonly lost: string }
  | { readonly grant: number; readonly renewed: { readonly sentMs: number; readonly validUntilMs: number } };

/** What a grant looks like from outside. Times are `performance.now()`-like ms of the driver's monotonic clock. */
export interface GrantNews {
  readonly grant: number;
  readonly token: string;
  readonly validUntilMs: number;
  readonly okMs: number;
  readonly session: string;
}
export interface KeyNews {
  readonly key: string;
  readonly lease: string;
  readonly created: string;
}

const [, , ...endpoints] = process.argv;
const clients = new Map<number, LockClient>();
const grants = new Map<number, Grant>();
const numbers = new Map<Grant, number>();
const aborts = new Map<number, AbortController>();

const ms = (instant: bigint): number => Number(instant) / 1e6;
const send = (message: Answer | Notice): void => void process.send?.(message);
const backend = await loadBackend("etcd");

process.on("message", (request: Request) => {
  void handle(request).then(
    (value) => send({ n: request.n, value }),
    (error: unknown) =>
      send({ n: request.n, error: messageOf(error), definite: error instanceof DefiniteError }),
  );
});
process.once("disconnect", () => process.exit(0));

async function handle(request: Request): Promise<unknown> {
  switch (request.do) {
    case "connect":
      clients.set(request.n, await connect(request));
      return request.n;
    case "acquire":
      return await acquire(request);
    case "abort":
      aborts.get(request.acquire)?.abort();
      return null;
    case "release":
      return await clients.get(request.client)?.release(grants.get(request.grant) as Grant);
    case "close":
      return await clients.get(request.client)?.close();
    case "ready":
      return await backend.ready(request.endpoint);
    case "leader":
      return (await backend.leader?.(endpoints)) ?? null;
    case "failover":
      return await backend.failover?.(endpoints);
    case "clock":
      return await backend.clock?.(request.endpoint);
    case "endSession":
      return await backend.endSession?.(endpoints, request.session);
    case "keys":
    case "leases":
    case "revoke":
    case "watch-late":
      return await ask(request);
  }
}

async function connect(request: Request & { do: "connect" }): Promise<LockClient> {
  const { recipe, process: number, stopsWithLease } = request;
  const found = backend.recipes[recipe];
  if (!found) throw new Error(`no recipe ${recipe}`);
  let asked = 0;
  return await found.connect({
    endpoints,
    process: number,
    owner: `owner-${number}`,
    now() {
      asked += 1;
      // The client asks for the time before it asks for a lease, and as soon as it has one.
      if (stopsWithLease && asked === 2) process.kill(process.pid, "SIGSTOP");
      return process.hrtime.bigint();
    },
    renewed(grant, sent) {
      const number = numbers.get(grant);
      const validUntilMs = ms(grant.validUntil() ?? 0n);
      if (number !== undefined) send({ grant: number, renewed: { sentMs: ms(sent), validUntilMs } });
    },
    renewing: () => Promise.resolve(),
  });
}

async function acquire(request: Request & { do: "acquire" }): Promise<GrantNews | null> {
  const abort = new AbortController();
  aborts.set(request.n, abort);
  const { ttlMs, waitMs } = request;
  const grant = await clients
    .get(request.client)
    ?.acquire(request.lock, { ttlMs, waitMs, signal: abort.signal });
  if (!grant) return null;
  const okMs = ms(process.hrtime.bigint());
  grants.set(request.n, grant);
  numbers.set(grant, request.n);
  const lose = (): void => send({ grant: request.n, lost: messageOf(grant.lost.reason) });
  if (grant.lost.aborted) lose();
  else grant.lost.addEventListener("abort", lose, { once: true });
  return {
    grant: request.n,
    token: String(grant.token ?? 0),
    validUntilMs: ms(grant.validUntil() ?? 0n),
    okMs,
    session: grant.session ?? "",
  };
}

/** What etcd itself says, by a connection of its own. */
async function ask(request: Request & { do: "keys" | "leases" | "revoke" | "watch-late" }): Promise<unknown> {
  const etcd = openConnection(request.endpoint);
  const { kv, lease } = etcd;
  try {
    switch (request.do) {
      case "keys": {
        const key = Buffer.from(request.prefix);
        const range_end = Buffer.concat([key, Buffer.from([0xff])]);
        const { kvs } = await kv.range({ key, range_end, sort_target: "Create", sort_order: "Ascend" });
        return kvs.map((kv): KeyNews => ({
          key: String(kv.key),
          lease: kv.lease,
          created: kv.create_revision,
        }));
      }
      case "leases":
        return (await lease.leaseLeases()).leases.map(({ ID }) => ID);
      case "revoke":
        await lease.leaseRevoke({ ID: request.lease });
        return null;
      case "watch-late": {
        const key = Buffer.from("watched");
        const { header } = await kv.put({ key });
        await kv.deleteRange({ key });
        // Past the deletion: of one just at the compacted revision etcd may have forgotten the event, and says nothing.
        const later = (await kv.put({ key: Buffer.from("unwatched") })).header.revision;
        if (request.compacted) await kv.compact({ revision: later });
        const since = process.hrtime.bigint();
        await deletionOf(etcd, key, BigInt(header.revision) + 1n, AbortSignal.timeout(10_000));
        return ms(process.hrtime.bigint() - since);
      }
    }
  } finally {
    etcd.close();
  }
}
