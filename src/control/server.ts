/** Speaks with the servers from inside their network (no address of theirs can be reached from outside). */
import { loadBackend } from "../backends/index.js";
import type { Backend } from "../backends/types.js";
import { DefiniteError } from "../clients/contract.js";
import { onParentGone, sendFatal } from "../child.js";
import { messageOf } from "../error.js";
import type { ControlAnswer, ControlRequest, ControlResult } from "./protocol.js";

process.once("message", (module: string) => {
  void loadBackend(module).then((backend) => {
    process.on("message", (request: ControlRequest) => {
      void answer(backend, request).then((message) => process.send?.(message));
    });
    process.send?.({ kind: "listening" });
  }, sendFatal);
});
onParentGone(() => process.exit(0));

async function answer(backend: Backend, request: ControlRequest): Promise<ControlAnswer> {
  try {
    return { n: request.n, result: await call(backend, request) };
  } catch (error) {
    return { n: request.n, error: messageOf(error), definite: error instanceof DefiniteError };
  }
}

async function call(backend: Backend, request: ControlRequest): Promise<ControlResult> {
  switch (request.call) {
    case "ready":
      return await backend.ready(request.endpoint);
    case "leader":
      return (await backend.leader?.(request.endpoints)) ?? null;
    case "clock":
      return await offered(backend.clock)(request.endpoint);
    case "failover":
      return await offered(backend.failover)(request.endpoints);
    case "endSession":
      return await offered(backend.endSession)(request.endpoints, request.session);
  }
}

/** The plan asks for nothing that a backend does not offer. */
function offered<T>(method: T | undefined): T {
  if (method === undefined) throw new Error("the backend does not offer this");
  return method;
}
