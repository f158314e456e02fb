import type { OpColumns } from "../columns.js";
import { eventsOf } from "./events.js";

/** A history as JSON lines, an event each: what `readOps` reads as the same operations. By pieces. */
export function* toJsonLines(ops: OpColumns): Generator<string, void, undefined> {
  for (const event of eventsOf(ops)) yield `${JSON.stringify(event, plain)}\n`;
}

/** Whole numbers beyond 2^53 are texts, and sets lists. */
export const plain = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? String(value) : value instanceof Set ? [...value] : value;
