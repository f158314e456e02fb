/** Uses a backend's locks inside the cluster's network, as it is asked over IPC: `driver.js BACKEND ENDPOINT...`. */
import { loadBackend } from "../backends/index.js";
import { DefiniteError, type Grant, type LockClient } from "../clients/contract.js";
import { messageOf } from "../error.js";
import type { Answer, GrantNews, Notice, Request } from "./protocol.js";

const [, , name = "", ...endpoints] = process.argv;
const clients = new Map<number, LockClient>();
const grants = new Map<number, Grant>();
const numbers = new Map<Grant, number>();

const ms = (instant: bigint): number => Number(instant) / 1e6;
const send = (message: Answer | Notice): void => void process.send?.(message);
const backend = await loadBackend(name);

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
    case "ready":
      return await backend.ready(request.endpoint);
    case "end-session":
      return await offered(backend.endSession)(endpoints, request.session);
    case "leader":
      return await offered(backend.leader)(endpoints);
    case "failover":
      return await offered(backend.failover)(endpoints);
    case "clock":
      return await offered(backend.clock)(request.endpoint);
    case "connect":
      clients.set(request.n, await connect(request));
      return request.n;
    case "acquire":
      return await acquire(request);
    case "release":
      return await clients.get(request.client)?.release(grants.get(request.grant) as Grant);
    case "close":
      return await clients.get(request.client)?.close();
  }
}

function offered<T>(method: T | undefined): T {
  if (method === undefined) throw new Error(`${backend.name} does not offer this`);
  return method;
}

async function connect(request: Request & { do: "connect" }): Promise<LockClient> {
  const recipe = backend.recipes[request.recipe];
  if (!recipe) throw new Error(`no recipe ${request.recipe}`);
  let asked = 0;
  return await recipe.connect({
    endpoints,
    process: request.process,
    owner: `owner-${request.process}`,
    now() {
      asked += 1;
      if (asked === request.stopsAtNow) process.kill(process.pid, "SIGSTOP");
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

async function acquire({ n, client, lock, ttlMs, waitMs }: Request & { do: "acquire" }) {
  const { signal } = new AbortController();
  const grant = await clients.get(client)?.acquire(lock, { ttlMs, waitMs, signal });
  if (!grant) return null;
  const okMs = ms(process.hrtime.bigint());
  grants.set(n, grant);
  numbers.set(grant, n);
  const lose = (): void => send({ grant: n, lost: messageOf(grant.lost.reason) });
  if (grant.lost.aborted) lose();
  else grant.lost.addEventListener("abort", lose, { once: true });
  const validUntil = grant.validUntil();
  return {
    grant: n,
    token: grant.token === undefined ? null : String(grant.token),
    validUntilMs: validUntil === undefined ? null : ms(validUntil),
    okMs,
    session: grant.session ?? null,
  } satisfies GrantNews;
}
