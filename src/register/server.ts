/** The register as a process on a host of its own: lines of JSON over TCP, every request in the apply log before its answer. */
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { nanos, type RegisterEvent } from "../history/event.js";
import { openRecorder, type Recorder } from "../history/recorder.js";
import { onParentGone, sendFatal } from "../child.js";
import type { EmbeddedConfig, RegisterMessage, ToRegister, Watch } from "./messages.js";
import { REGISTER_PORT, type AnswerLine, type RequestLine } from "./protocol.js";
import { askingAt } from "./sequencers.js";
import { createRegister, type Register } from "./state.js";

const STATS_EVERY_MS = 250;

let begin = (_origin: bigint): void => {};
/** When the run began. Until it is told no request is read: it would be logged at a time that never was. */
const began = new Promise<bigint>((resolve) => (begin = resolve));

let watches: readonly Watch[] = [];

process.on("message", (message: ToRegister) => {
  switch (message.kind) {
    case "config":
      if (message.config.kind === "embedded") serve(message.config).catch(sendFatal);
      return;
    case "start":
      return begin(BigInt(message.origin));
    case "watch":
      watches = [...watches, message];
      return;
    case "finish":
      process.send?.({ kind: "finished" } satisfies RegisterMessage); // every answer was on record before it was given
  }
});
process.on("uncaughtException", sendFatal);
onParentGone(() => process.exit(0));

async function serve(config: EmbeddedConfig): Promise<void> {
  const stands = config.sequencers === null ? null : await askingAt(config.sequencers);
  const recorder = openRecorder(config.file);
  const register = createRegister(config.initial, config.fencing);
  const stats = { applied: 0, refused: 0, overwritten: 0 };

  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy()); // a client that was killed: what it asked for is applied or not, and logged
    void began.then((origin) => {
      const lines = createInterface({ input: socket });
      lines.on("error", () => {}); // the socket's, passed on
      const served = { register, recorder, origin, stats };
      lines.on("line", (line) => {
        const request = JSON.parse(line) as RequestLine;
        if (stands === null) return answer(socket, request, served);
        stands(request).then((yes) => answer(socket, request, served, !yes), sendFatal);
      });
    });
  });
  server.listen(REGISTER_PORT, config.address, () =>
    process.send?.({ kind: "listening" } satisfies RegisterMessage),
  );
  setInterval(() => process.send?.({ kind: "stats", ...stats } satisfies RegisterMessage), STATS_EVERY_MS);
}

interface Served {
  readonly register: Register;
  readonly recorder: Recorder;
  readonly origin: bigint;
  readonly stats: { applied: number; refused: number; overwritten: number };
}

/** `fallen`: the service does not say that its sequencer stands. */
function answer(
  socket: Socket,
  request: RequestLine,
  { register, recorder, origin, stats }: Served,
  fallen = false,
): void {
  const outcome = fallen ? register.refuse(request) : register.apply(request);
  const event: RegisterEvent = {
    time: nanos(Number(process.hrtime.bigint() - origin)),
    process: "register",
    type: outcome.applied ? "ok" : "fail",
    f: request.f,
    lock: request.lock,
    client: request.client,
    by: request.by,
    ...(request.grant !== undefined && { grant: request.grant }),
    ...(request.token !== undefined && { token: request.token }),
    version: outcome.version,
    ...(request.parent !== undefined && { parent: request.parent }),
    ...(request.id !== undefined && { id: request.id }),
    ...(request.final && { final: true }),
    ...(!outcome.applied && { error: outcome.error }),
  };
  recorder.write(event);
  if (request.f === "write") {
    if (!outcome.applied) stats.refused += 1;
    else {
      stats.applied += 1;
      if (request.parent !== outcome.version - 1) stats.overwritten += 1;
    }
  }
  socket.write(`${JSON.stringify({ n: request.n, ...outcome } satisfies AnswerLine)}\n`);
  if (request.f === "read" && outcome.applied) tellOfRead(request);
}

function tellOfRead({ lock, client }: RequestLine): void {
  const fits = (watch: (typeof watches)[number]): boolean => watch.lock === lock && watch.but !== client;
  for (const { n } of watches.filter(fits))
    process.send?.({ kind: "read", n, client } satisfies RegisterMessage);
  watches = watches.filter((watch) => !fits(watch));
}
