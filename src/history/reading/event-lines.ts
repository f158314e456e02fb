/** Whole lines of a stream of bytes, one after the other. */
export interface LineSink {
  /** A line without its end, as bytes of a buffer that will be used again. */
  line(bytes: Buffer, from: number, to: number): void;
  /**
   * Reads the line that begins at `from`, if that can be done quickly: the place of its newline. -1: nothing was read, and
   * it comes as any other line does.
   */
  quick(bytes: Buffer, from: number, to: number): number;
  /** A line that is longer than any event. Its bytes are gone. */
  tooLong(): void;
}

export interface LineSplitter {
  feed(chunk: Buffer): void;
  /** The last bytes, which no newline ends. */
  rest(): Buffer;
}

/** Longer than any line that a person can want judged: a set's last read with millions of elements. */
export const LONGEST_LINE = 64 << 20;
const NEWLINE = 0x0a;

export function splitLines(sink: LineSink): LineSplitter {
  let parts: Buffer[] = [];
  let held = 0;
  let dropping = false;

  function keep(part: Buffer): void {
    held += part.length;
    if (held > LONGEST_LINE) {
      if (!dropping) sink.tooLong();
      dropping = true;
      parts = [];
    } else if (part.length > 0) parts.push(Buffer.from(part));
  }

  return {
    feed(chunk) {
      let from = 0;
      if (held > 0) {
        const end = chunk.indexOf(NEWLINE);
        if (end < 0) return keep(chunk);
        keep(chunk.subarray(0, end));
        if (!dropping) {
          const line = Buffer.concat(parts);
          sink.line(line, 0, line.length);
        }
        [parts, held, dropping] = [[], 0, false];
        from = end + 1;
      }
      for (;;) {
        let end = sink.quick(chunk, from, chunk.length);
        if (end < 0) {
          end = chunk.indexOf(NEWLINE, from);
          if (end < 0) break;
          sink.line(chunk, from, end);
        }
        from = end + 1;
      }
      keep(chunk.subarray(from));
    },
    rest: () => (dropping ? Buffer.alloc(0) : Buffer.concat(parts)),
  };
}
