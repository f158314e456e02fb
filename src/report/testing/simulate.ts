import { processId } from "../../history/event.js";
import type { History } from "../../history/history.js";
import type { Plan, PlannedFault } from "../../plan/types.js";
import { createRandom } from "../../random.js";
import { createRegister } from "../../register/state.js";
import { startClient } from "./client.js";
import { createService } from "./service.js";
import { createWorld, type World } from "./world.js";

/**
 * A run as `lockjepsen run --nemesis pause` would record it, in virtual time and the same for the same plan: clients of
 * a lock with leases, frozen before a write as the plan says, and a register with its fence. For the report's tests.
 */
export function simulate(plan: Plan): History {
  const { judge } = plan;
  const random = createRandom(plan.seed, 7);
  const world = createWorld(random);
  const faults = [...plan.faults];
  const waiting: (() => void)[] = [];
  let busyUntil = 0;
  let processes = 0;

  world.record({ process: "run", type: "info", f: "begin", value: judge });
  const parts = {
    plan,
    world,
    random,
    service: createService(world, judge.ttlMs),
    register: createRegister([], judge.fencing),
    nextProcess: () => processId((processes += 1)),
    drained(then: () => void) {
      waiting.push(then);
      if (waiting.length < judge.clients.length) return;
      world.after(350, () => world.record({ process: "run", type: "info", f: "healed" }));
      for (const each of waiting) world.after(400, each);
    },
    strike(client: string) {
      const [due] = faults;
      if (!due || world.now() < Math.max(due.atMs, busyUntil)) return undefined;
      faults.shift();
      busyUntil = world.now() + due.durationMs + 500;
      freeze(world, client, due);
      return due;
    },
  };
  for (const client of judge.clients) startClient(client, parts);

  const events = world.run();
  const time = events.at(-1)?.time ?? world.at(0);
  const end = { process: "run", type: "info", f: "end", time, index: events.length } as const;
  return { events: [...events, end], context: judge, notes: [] };
}

/** One pause of a client, and what the nemesis records of it. */
function freeze(world: World, client: string, fault: PlannedFault): void {
  const about = { process: "nemesis", fault: fault.id, nodes: [client] } as const;
  const hit = { ...about, f: fault.nemesis, nemesis: fault.nemesis, target: fault.target };
  const from = world.at(world.now());
  world.record({ ...hit, type: "invoke" });
  world.freeze(client, fault.durationMs);
  world.after(1.6, () => {
    const evidence = "11 tasks of 1 process in state T after 1.4 ms";
    world.record({ ...hit, type: "ok", from, evidence });
  });
  world.after(fault.durationMs - 0.2, () => world.record({ ...about, f: "heal", type: "invoke" }));
  world.after(fault.durationMs + 1, () => {
    world.record({ ...about, f: "heal", type: "ok", evidence: "running again after 0.9 ms" });
  });
}
