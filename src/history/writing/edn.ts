import type { OpColumns } from "../columns.js";
import { eventsOf } from "./events.js";

/** A history as EDN, an event a line, as Jepsen's `history.edn`. By pieces. */
export function* toEdn(ops: OpColumns): Generator<string, void, undefined> {
  for (const { type, process, f, ...rest } of eventsOf(ops)) {
    const fields = Object.entries(rest).map(([name, value]) => `:${name} ${edn(value)}`);
    const who = typeof process === "number" ? process : edn(process);
    yield `{:type :${type}, :f ${keyword(f)}, :process ${who}, ${fields.join(", ")}}\n`;
  }
}

/** A name as a keyword, where it can be one. */
const keyword = (name: string): string => (/^[A-Za-z][\w.*+!?<>=-]*$/.test(name) ? `:${name}` : edn(name));

function edn(value: unknown): string {
  if (value === null || value === undefined) return "nil";
  if (typeof value === "string") return `"${value.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return `${value}N`;
  if (value instanceof Set) return `#{${[...value].map(edn).join(" ")}}`;
  if (Array.isArray(value)) return `[${value.map(edn).join(" ")}]`;
  return `{${Object.entries(value)
    .map(([name, field]) => `${edn(name)} ${edn(field)}`)
    .join(" ")}}`;
}
