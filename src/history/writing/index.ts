import type { OpColumns } from "../columns.js";
import { toEdn } from "./edn.js";
import { toJsonLines } from "./json-lines.js";
import { toPerfetto } from "./perfetto.js";

/** What a history can be written as, by pieces of text. */
export const writers: Readonly<Record<string, (ops: OpColumns) => Iterable<string>>> = {
  jsonl: toJsonLines,
  edn: toEdn,
  perfetto: toPerfetto,
};
