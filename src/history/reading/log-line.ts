import type { OpEvent } from "../op-event.js";
import { isTypeWord } from "../draft.js";
import { ednReader, type EdnReader } from "./edn.js";

/**
 * Jepsen's log, an operation a line: `INFO  jepsen.util - 0 :invoke :write 3`, between tabs or spaces, then perhaps why it
 * failed. Whatever else Jepsen logs stands between.
 */
const OPERATION = /jepsen\.util\s+(?:-\s+)?(:?[\w.-]+)\s+:(\w+)\s+:([^\s,]+)([\s\S]*)$/;

export interface LogReader {
  /** An event; null: another line of the log. Throws where the value is no EDN. */
  read(line: string): OpEvent | null;
}

export function logReader(): LogReader {
  const edn = ednReader();
  return {
    read(line) {
      const [, process, type, f, rest] = OPERATION.exec(line) ?? [];
      if (process === undefined || f === undefined || !isTypeWord(type)) return null;
      const [value, ...more] = formsOf(rest ?? "", edn);
      return {
        process: /^\d+$/.test(process) ? Number(process) : process.replace(/^:/, ""),
        type,
        f,
        // Where an operation failed, why it did may stand in the place of its value, or after it.
        ...(type === "fail" || type === "info"
          ? { error: [value, ...more].includes("held") ? "held" : (more[0] ?? value) }
          : { value }),
      };
    },
  };
}

function formsOf(text: string, edn: EdnReader): readonly unknown[] {
  const bytes = Buffer.from(`${text}\n`);
  const forms: unknown[] = [];
  for (let at = edn.skip(bytes, 0, bytes.length); at < bytes.length; at = edn.skip(bytes, at, bytes.length)) {
    const { value, end } = edn.read(bytes, at, bytes.length);
    forms.push(value);
    at = end;
  }
  return forms;
}
