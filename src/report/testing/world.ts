import { ms, type HistoryEvent, type Nanos } from "../../history/event.js";
import type { Random } from "../../random.js";

/** Distributes over union members, which `Omit` alone does not. */
type Untimed<E> = E extends unknown ? Omit<E, "time" | "index"> : never;

/** A simulated machine: virtual time, clients that can be frozen, and the record of what happens. */
export interface World {
  readonly now: () => number;
  /** Runs `then` in `delay` ms, whoever is frozen: servers and the network. */
  after(delay: number, then: () => void): void;
  /** Runs `then` on a client in `delay` ms, or when it thaws. */
  on(client: string, delay: number, then: () => void): void;
  freeze(client: string, forMs: number): void;
  record(event: Untimed<HistoryEvent>): void;
  at(ms: number): Nanos;
  /** Some ms, more or less: network and servers are never quite even. */
  about(ms: number): number;
  run(): readonly HistoryEvent[];
}

interface Task {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

export function createWorld(random: Random): World {
  const heap: Task[] = [];
  const events: HistoryEvent[] = [];
  const frozenUntil = new Map<string, number>();
  let time = 0;
  let order = 0;

  const world: World = {
    now: () => time,
    at: (at) => ms(Math.round(at * 1e3) / 1e3),
    about: (length) => length * (0.6 + 0.8 * random.fraction() ** 2),
    after(delay, then) {
      push(heap, { at: time + delay, order: (order += 1), task: then });
    },
    on(client, delay, then) {
      world.after(delay, () => {
        const thaw = frozenUntil.get(client) ?? 0;
        if (time < thaw) world.on(client, thaw - time + world.about(0.05), then);
        else then();
      });
    },
    freeze(client, forMs) {
      frozenUntil.set(client, time + forMs);
    },
    record(event) {
      events.push({ ...event, time: world.at(time), index: events.length });
    },
    run() {
      for (let next = pop(heap); next; next = pop(heap)) {
        time = next.at;
        next.task();
      }
      return events;
    },
  };
  return world;
}

const before = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Task[], task: Task): void {
  let place = heap.push(task) - 1;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent];
    if (!above || before(above, task)) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = task;
}

function pop(heap: Task[]): Task | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!top || !last || heap.length === 0) return top;
  let place = 0;
  for (;;) {
    const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
    const child = right && left && before(right, left) ? right : left;
    if (!child || before(last, child)) break;
    heap[place] = child;
    place = child === left ? 2 * place + 1 : 2 * place + 2;
  }
  heap[place] = last;
  return top;
}
