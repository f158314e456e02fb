/** Small random histories of operations on one thing, for a model: as its specification has it, or wrong somewhere. */
import {
  F,
  KNOWN_OPERATIONS,
  NEVER,
  NIL,
  OUTCOME,
  type KnownOperation,
  type OpColumns,
} from "../../src/history/columns.js";
import { createValues } from "../../src/history/values.js";
import type { Model, ModelOp } from "../models/types.js";
import type { Random } from "../../src/random.js";
import type { Menu } from "./menus.js";

/** How large the histories are at most, and how many of a hundred answers are lost where answers are. */
export interface Size {
  readonly operations: number;
  readonly clients: number;
  readonly lost: number;
}

const SMALL: Size = { operations: 7, clients: 3, lost: 25 };

interface Drawn {
  readonly process: number;
  op: ModelOp;
  readonly invoke: number;
  complete: number;
  outcome: number;
  /** It has had its effect on the state. */
  done: boolean;
  /** Its answer was made up: the state knows nothing of it. */
  readonly lie: boolean;
}

interface Client {
  process: number;
  owner: number;
  current: Drawn | null;
  /** What it did last, with its answer. */
  last: ModelOp | null;
}

/**
 * Clients act at random on one state. What they ask for has its effect at a moment between question and answer, and
 * the answer is as the specification says; but of some histories a few answers are made up. Some answers never come: the
 * operation then has its effect later, or never, and its client goes on as another process, at times for the same owner.
 */
export function drawHistory(model: Model, menu: Menu, random: Random, size: Size = SMALL): OpColumns {
  const { specification, owned } = model;
  const chance = (percent: number): boolean => random.below(100) < percent;
  const lies = chance(50) ? 20 : 0;
  const losses = chance(60) ? size.lost : 0;
  const count = 2 + random.below(size.operations - 1);
  const clients = Array.from({ length: 1 + random.below(size.clients) }, (_, n): Client => ({
    process: n,
    owner: n,
    current: null,
    last: null,
  }));
  const drawn: Drawn[] = [];
  let state = specification.init;
  let place = 0;
  let names = clients.length;

  /** Lets it happen with the first of its possible answers that the state allows. */
  function happen(one: Drawn): void {
    const { op } = one;
    const answers = menu.answers(op, random);
    if (one.lie) {
      one.op = answers[0] ?? op;
      one.done = true;
      return;
    }
    for (const answer of answers) {
      const next = specification.step(state, owned ? answer : { ...answer, owner: 0 });
      if (next === undefined) continue;
      state = next;
      one.op = answer;
      one.done = true;
      return;
    }
  }

  function complete(client: Client, one: Drawn): void {
    if (!one.done && !chance(30)) return; // it waits until it can be
    client.current = null;
    const isLost = losses > 0 && chance(losses);
    if (one.done && !isLost) {
      one.outcome = OUTCOME.ok;
      one.complete = place;
      client.last = one.op;
    } else if (!one.done && !isLost && chance(60)) {
      one.outcome = one.op.f.startsWith("acquire") ? heldOr(OUTCOME.fail, one) : OUTCOME.fail;
      one.complete = place;
    } else {
      client.process = names;
      if (chance(60)) client.owner = names;
      names += 1;
    }
    place += 1;
  }

  /** Refused since it was held, at this very moment; or for another reason. */
  function heldOr(other: number, one: Drawn): number {
    const op = { ...one.op, owner: owned ? one.op.owner : 0, outcome: "held" } as const;
    return chance(60) && specification.step(state, op) !== undefined ? OUTCOME.held : other;
  }

  for (let round = 0; round < 6 * size.operations; round += 1) {
    const client = clients[random.below(clients.length)];
    if (client === undefined) break;
    const { current } = client;
    if (current === null) {
      if (drawn.length === count) continue;
      const op = menu.ask(client.owner, client.last, random);
      const one: Drawn = {
        process: client.process,
        op,
        invoke: place,
        complete: NEVER,
        outcome: OUTCOME.info,
        done: false,
        lie: chance(lies),
      };
      client.current = one;
      drawn.push(one);
      place += 1;
    } else if (!current.done && chance(70)) happen(current);
    else complete(client, current);
    // What was lost may yet have its effect.
    const lost = drawn[random.below(drawn.length || 1)];
    if (lost && !lost.done && chance(15)) happen(lost);
  }
  return columnsOfDrawn(drawn, place);
}

const values = createValues();

function columnsOfDrawn(drawn: readonly Drawn[], eventCount: number): OpColumns {
  const known = ({ op, outcome }: Drawn): ModelOp =>
    outcome === OUTCOME.ok
      ? op
      : { ...op, value: UNKNOWN.has(op.f) ? null : op.value, token: UNTOLD.has(op.f) ? null : op.token };
  const ops = drawn.map(known);
  const order = drawn.flatMap(({ invoke, complete }, row) => [
    { place: invoke, event: row << 1 },
    ...(complete === NEVER ? [] : [{ place: complete, event: (row << 1) | 1 }]),
  ]);
  return {
    count: drawn.length,
    eventCount,
    process: Int32Array.from(drawn, ({ process }) => process),
    owner: Int32Array.from(ops, ({ owner }) => owner),
    f: Uint16Array.from(ops, ({ f }) => F[f as KnownOperation]),
    outcome: Uint8Array.from(drawn, ({ outcome }) => outcome),
    invoke: Int32Array.from(drawn, ({ invoke }) => invoke),
    complete: Int32Array.from(drawn, ({ complete }) => complete),
    key: new Int32Array(drawn.length),
    value: Float64Array.from(ops, ({ value }) => values.code(value)),
    extra: Float64Array.from(ops, ({ extra }) => values.code(extra)),
    token: Float64Array.from(ops, ({ token }) => values.code(token)),
    invokeTime: new Float64Array(drawn.length).fill(Number.NaN),
    completeTime: new Float64Array(drawn.length).fill(Number.NaN),
    order: Int32Array.from(
      order.sort((a, b) => a.place - b.place),
      ({ event }) => event,
    ),
    operations: KNOWN_OPERATIONS,
    keys: [null],
    tables: { names: [], values: values.table },
    nameOf: String,
    valueOf: (code) => (code === NIL ? null : values.valueOf(code)),
  };
}

/** What only an answer tells. */
const UNKNOWN: ReadonlySet<string> = new Set(["read"]);
const UNTOLD: ReadonlySet<string> = new Set(["acquire", "acquire-read", "acquire-write"]);

/** An operation a line, with its places: for whoever is to see what went wrong. */
export function told(ops: OpColumns): string {
  const outcomes = Object.keys(OUTCOME);
  return Array.from({ length: ops.count }, (_, row) => {
    const value = (column: Float64Array): unknown => ops.valueOf(column[row] ?? NIL);
    const until = ops.complete[row] === NEVER ? "never" : ops.complete[row];
    return `${ops.invoke[row]}-${until} process ${ops.process[row]} owner ${ops.owner[row]} ${ops.operations[ops.f[row] ?? 0]} ${outcomes[ops.outcome[row] ?? 0]} ${JSON.stringify([value(ops.value), value(ops.extra), value(ops.token)])}`;
  }).join("\n");
}
