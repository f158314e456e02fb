import type { Model } from "../model.js";

/** One row of the timeline. Heights and places in CSS pixels, from the top of the first lane. */
export type Lane = {
  readonly label: string;
  readonly top: number;
  readonly height: number;
} & (
  | { readonly kind: "lock" | "register"; readonly lock: number }
  | { readonly kind: "client"; readonly client: number }
  | { readonly kind: "server" }
);

export interface Layout {
  readonly lanes: readonly Lane[];
  readonly height: number;
  /** Rows of grants and of the register's log, for each lock of the payload. */
  readonly grantsOf: readonly (readonly number[])[];
  readonly writesOf: readonly (readonly number[])[];
  /** Which storey of its lock's lane a grant stands on: those that overlap stand above each other. */
  readonly storey: readonly number[];
}

/** Names of lanes stand left of this. */
export const GUTTER = 92;
/** The scale of time stands above this, and what happened to the run above the scale. */
export const AXIS = 42;
export const FLAGS = 16;
export const RIGHT = 10;
export const STOREY = 18;
const MOST_STOREYS = 4;
export const PADDING = 6;
const REGISTER = 34;
/** A client's operations stand above what it believes to hold. */
export const OPS = 16;
export const BELIEF = 8;
const CLIENT = PADDING + OPS + 4 + BELIEF + PADDING;
const SERVER = 24;

export function makeLayout(model: Model): Layout {
  const { payload } = model;
  const places = payload.locks.map((lock) => payload.strings.indexOf(lock));
  const grantsOf = places.map((place) => rowsWith(model.grants.lock, place));
  const writesOf = places.map((place) => rowsWith(model.register.lock, place));
  const storey = model.grants.from.map(() => 0);
  const lanes: Lane[] = [];
  let top = 0;
  const add = (lane: DistributiveOmit<Lane, "top">): void => {
    lanes.push({ ...lane, top });
    top += lane.height;
  };

  for (const [lock, name] of payload.locks.entries()) {
    const storeys = stack(model, grantsOf[lock] ?? [], storey);
    const height = Math.min(MOST_STOREYS, storeys) * STOREY + 2 * PADDING;
    add({ kind: "lock", lock, label: name, height });
    const label = payload.locks.length > 1 ? `register ${name}` : "register";
    add({ kind: "register", lock, label, height: REGISTER });
  }
  for (const [client, label] of payload.clients.entries())
    add({ kind: "client", client, label, height: CLIENT });
  for (const label of payload.servers) add({ kind: "server", label, height: SERVER });
  return { lanes, height: top, grantsOf, writesOf, storey };
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function rowsWith(column: readonly number[], place: number): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < column.length; row += 1) if (column[row] === place) rows.push(row);
  return rows;
}

/** Puts each grant on the lowest storey that is free when it begins, and says how many are needed. */
function stack(model: Model, rows: readonly number[], storey: number[]): number {
  const free: number[] = [];
  for (const row of rows) {
    const from = model.grants.from[row] ?? 0;
    const found = free.findIndex((end) => end <= from);
    const place = Math.min(found < 0 ? free.length : found, MOST_STOREYS - 1);
    storey[row] = place;
    free[place] = Math.max(free[place] ?? 0, model.grants.to[row] ?? 0);
  }
  return Math.max(2, free.length);
}
