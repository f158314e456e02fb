import { ednReader, NotEdn, Unfinished } from "./edn.js";
import { LONGEST_LINE } from "./event-lines.js";

/** Forms of a stream of bytes, one after the other: at the top, or within one list, as Knossos has them. */
export interface FormSink {
  form(value: unknown, line: () => number): void;
  /** What is no EDN. The reader goes on with the next line. */
  flaw(what: string, line: number): void;
}

export interface FormSplitter {
  feed(chunk: Buffer): void;
  /** The stream is over. Number of the line in which a form was begun and not ended; null: none was. */
  end(): number | null;
}

const NEWLINE = 0x0a;

export function splitForms(sink: FormSink): FormSplitter {
  const reader = ednReader();
  let bytes: Buffer = Buffer.alloc(0);
  /** Lines before the first byte that is still here. */
  let lines = 0;
  /** Less than this has been tried already. */
  let enough = 0;
  let opened = false;
  let closed = false;
  /** The rest of a flawed line is still to come. */
  let dropping = false;

  const lineAt = (place: number): number => lines + 1 + count(bytes, 0, place);

  function drop(to: number): void {
    lines += count(bytes, 0, to);
    bytes = bytes.subarray(to);
  }

  /** Takes as many forms as there are whole ones. */
  function parse(): void {
    while (!parsed());
  }

  /** false: a flaw was skipped, and there may be more behind it. */
  function parsed(): boolean {
    let at = 0;
    let begin = 0;
    try {
      while (!closed) {
        begin = at;
        at = reader.skip(bytes, at, bytes.length);
        begin = at;
        if (at >= bytes.length) break;
        const first = String.fromCharCode(bytes[at]!);
        if (!opened && (first === "[" || first === "(")) at += 1;
        else if (opened && (first === "]" || first === ")")) {
          closed = true;
          at += 1;
        } else {
          const { value, end } = reader.read(bytes, at, bytes.length);
          sink.form(value, () => lineAt(begin));
          at = end;
        }
        opened = true;
      }
      drop(at);
      enough = 0;
      return true;
    } catch (error) {
      if (error instanceof Unfinished) {
        drop(begin);
        enough = bytes.length * 2;
        if (bytes.length <= LONGEST_LINE) return true;
        sink.flaw(`it is longer than ${LONGEST_LINE >> 20} MB`, lineAt(0));
        return resume(bytes.length);
      }
      if (!(error instanceof NotEdn)) throw error;
      sink.flaw(error.message, lineAt(error.at));
      return resume(error.at);
    }
  }

  /** Goes on with the line after the one at a place. Whether that is still to come. */
  function resume(from: number): boolean {
    const next = bytes.indexOf(NEWLINE, from);
    dropping = next < 0;
    drop(next < 0 ? bytes.length : next + 1);
    enough = 0;
    return dropping;
  }

  return {
    feed(chunk) {
      if (closed) return;
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      if (dropping && resume(0)) return;
      if (bytes.length >= enough) parse();
    },
    end() {
      if (dropping) return null;
      bytes = Buffer.concat([bytes, Buffer.from("\n")]);
      parse();
      return bytes.length > 1 && !closed ? lineAt(0) : null;
    },
  };
}

function count(bytes: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE, from); at >= 0 && at < to; at = bytes.indexOf(NEWLINE, at + 1))
    lines += 1;
  return lines;
}
