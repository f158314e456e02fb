import {
  Channel,
  credentials,
  Metadata,
  type CallOptions,
  type Client,
  type ClientUnaryCall,
  type ServiceError,
} from "@grpc/grpc-js";
import { Host } from "etcd3/lib/connection-pool.js";
import { KVClient, LeaseClient, MaintenanceClient, WatchClient, type ICallable } from "etcd3/lib/rpc.js";
import { timeLimit } from "./time-limit.js";

/** Every call ends by then, one way or the other. */
export const RPC_MS = 5_000;

/** One connection to one server, with etcd's generated calls over it. */
export interface Connection {
  /** `10.77.0.1:2379`. */
  readonly endpoint: string;
  readonly kv: KVClient;
  readonly lease: LeaseClient;
  readonly watch: WatchClient;
  readonly maintenance: MaintenanceClient;
  /** Rejects when the server cannot be reached in time. */
  reach(withinMs: number): Promise<void>;
  close(): void;
}

/**
 * etcd3's generated calls over a channel of our own, without its connection pool: that one repeats calls, refuses some
 * by a circuit breaker, and closes the channel under all others when one of them fails. Here a call is sent once, to
 * this server, and every outcome is told.
 */
export function openConnection(endpoint: string): Connection {
  const insecure = credentials.createInsecure();
  const channel = new Channel(endpoint, insecure, {
    "grpc.enable_retries": 0,
    "grpc.enable_http_proxy": 0,
    "grpc.service_config_disable_resolution": 1,
    // Otherwise all connections of this process to a server are one, and a process id is no session of its own.
    "grpc.use_local_subchannel_pool": 1,
    // A server that comes back is found again within a second; gRPC's usual backoff grows to two minutes.
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
  });
  const host = new Host(endpoint, insecure, { channelOverride: channel });
  const callable = createCallable(host);
  return {
    endpoint,
    kv: new KVClient(callable),
    lease: new LeaseClient(callable),
    watch: new WatchClient(callable),
    maintenance: new MaintenanceClient(callable),
    reach: (withinMs) =>
      new Promise((resolve, reject) => {
        const fail = (cause?: Error): void =>
          reject(new Error(`cannot reach etcd at ${endpoint}`, { cause }));
        const reached = timeLimit(withinMs, fail);
        host.getServiceClient("KV").waitForReady(Infinity, (error) => {
          reached();
          if (error) fail(error);
          else resolve();
        });
      }),
    close: () => channel.close(),
  };
}

/** For calls of processes whose clock no fault ever sets: see {@link timeLimit}. */
export const deadline = (ms: number): Date => new Date(Date.now() + ms);

type UnaryCalls = Record<
  string,
  (
    request: unknown,
    metadata: Metadata,
    options: CallOptions,
    done: (error: ServiceError | null, answer: unknown) => void,
  ) => ClientUnaryCall
>;

function createCallable(host: Host): ICallable<Host> {
  return {
    exec: <T>(
      service: Parameters<Host["getServiceClient"]>[0],
      method: string,
      request: unknown,
      options?: CallOptions,
    ) =>
      new Promise<T>((resolve, reject) => {
        const calls = host.getServiceClient(service) as Client & UnaryCalls;
        if (!(method in calls)) throw new Error(`etcd has no call ${method}`);
        const call = calls[method]?.(request, new Metadata(), options ?? {}, (error, answer) => {
          answered();
          if (error) reject(error);
          else resolve(answer as T);
        });
        const answered = timeLimit(RPC_MS, () => {
          reject(new Error(`no answer from etcd within ${RPC_MS} ms`));
          call?.cancel();
        });
      }),
    withConnection: async (service, use) =>
      await use({ resource: host, client: host.getServiceClient(service), metadata: new Metadata() }),
    // etcd3 would tear the connection down. gRPC mends it by itself, and whoever made the call hears of its failure.
    markFailed() {},
    callOptionsFactory: undefined,
  };
}
