import { createRandom } from "../src/random.js";

/** What a generated history is like. The same shape and seed give the same history. */
export interface Generated {
  readonly model: "owner-mutex" | "register" | "cas-register";
  /** Operations, those that fail included. */
  readonly ops: number;
  readonly clients: number;
  /** Of a thousand operations so many are `info`: some of them happened, the others never. */
  readonly infoPerMille: number;
  /** One violation, in the last twentieth. */
  readonly violating: boolean;
  readonly seed: number;
}

type Type = "invoke" | "ok" | "fail" | "info";
type Emit = (process: number, type: Type, f: string, value: number | readonly number[] | null) => void;

/**
 * Clients that act against one lock or register that works, as events in order.
 *
 * Each step one client, drawn at random, does its next thing: asks, or has its effect and is answered. Acquires block; one
 * that has waited for sixteen steps of its own fails, with certainty. An operation that is `info` retires its process: the
 * client goes on as the next one, and after an acquire that had its effect it releases first.
 * The violation: an acquire that is granted while another holds, or a read of what has been replaced for long. Of five
 * values each may be there again, by something that is open or under way: there it is a read that finds nothing.
 */
export function generate(shape: Generated, emit: Emit): void {
  if (shape.model === "owner-mutex") locks(shape, emit);
  else registers(shape, emit);
}

interface Client {
  process: number;
  /** Whether it was given the lock and has not given it back. */
  holds: boolean;
  /** 0: idle. 1: asked. 2: had its effect. */
  phase: number;
  f: string;
  waited: number;
  value: number | readonly number[] | null;
}

function clientsOf({ clients }: Generated): Client[] {
  return Array.from({ length: clients }, (_, process) => ({
    process,
    holds: false,
    phase: 0,
    f: "",
    waited: 0,
    value: null,
  }));
}

const PATIENCE = 16;

function locks(shape: Generated, emit: Emit): void {
  const random = createRandom(shape.seed);
  const clients = clientsOf(shape);
  let nextProcess = clients.length;
  let holder: Client | null = null;
  let left = shape.ops;
  let busy = 0;
  let wanted = shape.violating;
  while (left > 0 || busy > 0) {
    const client = clients[random.below(clients.length)]!;
    if (client.phase === 0) {
      if (left === 0) continue;
      client.f = client.holds ? "release" : "acquire";
      client.phase = 1;
      client.waited = 0;
      left -= 1;
      busy += 1;
      emit(client.process, "invoke", client.f, null);
      continue;
    }
    const lost = random.below(1_000) < shape.infoPerMille;
    if (client.f === "release") {
      client.holds = false;
      if (holder === client) holder = null;
    } else {
      const late = wanted && left < shape.ops / 20 && holder !== null && holder.phase === 0;
      if (holder === null || late) {
        if (holder !== null) wanted = false;
        holder = client;
        client.holds = true;
      } else {
        client.waited += 1;
        if (client.waited < PATIENCE && left > 0) continue;
      }
    }
    busy -= 1;
    client.phase = 0;
    const gotIt = client.f === "release" || client.holds;
    emit(client.process, lost ? "info" : gotIt ? "ok" : "fail", client.f, null);
    if (!lost) continue;
    if (client.holds) {
      // Its answer is lost, but not its lock: the process lets go before it retires.
      emit(client.process, "invoke", "release", null);
      emit(client.process, "ok", "release", null);
      client.holds = false;
      if (holder === client) holder = null;
    }
    client.process = nextProcess;
    nextProcess += 1;
  }
}

function registers(shape: Generated, emit: Emit): void {
  const random = createRandom(shape.seed);
  const clients = clientsOf(shape);
  const unique = shape.model === "register";
  let nextProcess = clients.length;
  let state: number | null = null;
  /** What stood some hundred writes ago, and what stood before that. */
  let old: number | null = null;
  let older: number | null = null;
  let written = 0;
  let effects = 0;
  let left = shape.ops;
  let busy = 0;
  let wanted = shape.violating;
  while (left > 0 || busy > 0) {
    const client = clients[random.below(clients.length)]!;
    if (client.phase === 0) {
      if (left === 0) continue;
      const which = random.below(unique ? 2 : 3);
      client.f = ["read", "write", "cas"][which]!;
      client.value =
        which === 0
          ? null
          : which === 1
            ? unique
              ? (written += 1)
              : random.below(5)
            : [random.below(5), random.below(5)];
      client.phase = 1;
      left -= 1;
      busy += 1;
      emit(client.process, "invoke", client.f, client.value);
      continue;
    }
    const lost = random.below(1_000) < shape.infoPerMille;
    if (client.phase === 1) {
      client.phase = 2;
      if (lost && random.below(2) === 0) {
        // It never arrives.
      } else if (client.f === "read") client.value = state;
      else if (client.f === "write") {
        effects += 1;
        if (effects % 128 === 0) [older, old] = [old, state];
        state = client.value as number;
      } else {
        const [from, to] = client.value as readonly [number, number];
        if (state === from) state = to;
        else client.f = "miss";
      }
      if (!lost) continue;
    }
    busy -= 1;
    client.phase = 0;
    if (lost) {
      emit(
        client.process,
        "info",
        client.f === "miss" ? "cas" : client.f,
        client.f === "read" ? null : client.value,
      );
      client.process = nextProcess;
      nextProcess += 1;
    } else if (client.f === "miss") emit(client.process, "fail", "cas", client.value);
    else {
      const wrong =
        wanted && client.f === "read" && left < shape.ops / 20 && older !== null && older !== client.value;
      if (wrong) wanted = false;
      emit(client.process, "ok", client.f, wrong ? (unique ? older : null) : client.value);
    }
  }
}
