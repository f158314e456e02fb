import { splitForms } from "./edn-forms.js";
import { LONGEST_LINE, splitLines } from "./event-lines.js";
import type { EventSink } from "./event-sink.js";
import type { Format } from "./format.js";
import { jsonLines } from "./json-line.js";
import { parseJson } from "./json-value.js";
import { logReader } from "./log-line.js";

/** Takes a stream's bytes by chunks, and what they say to a sink. */
export interface Parser {
  feed(chunk: Buffer): void;
  end(): void;
}

export const PARSERS: Readonly<Record<Format, (sink: EventSink) => Parser>> = {
  "JSON lines": (sink) => {
    const plain = jsonLines();
    return byLines(
      sink,
      (bytes, from, to) => {
        if (plain.read(bytes, from, to) === to) sink.line(plain.line);
        else sink.event(parseJson(bytes.toString("utf8", from, to)));
      },
      { read: plain.read, take: () => sink.line(plain.line) },
    );
  },
  "Jepsen log": (sink) => {
    const log = logReader();
    return byLines(sink, (bytes, from, to) => {
      const event = log.read(bytes.toString("utf8", from, to));
      if (event === null) sink.other();
      else sink.event(event);
    });
  },
  EDN: (sink) => {
    const splitter = splitForms({
      form(value, line) {
        try {
          sink.event(value);
        } catch (error) {
          sink.caught(error, line());
        }
      },
      flaw: (what, line) => sink.flaw(what, line),
    });
    return {
      feed: splitter.feed,
      end() {
        const line = splitter.end();
        if (line !== null) sink.torn(line);
      },
    };
  },
};

/** Finds the end of a line by reading it. */
interface QuickWay {
  /** The place of the newline, or `to`, of a line that begins at `from`; -1: it takes another way. */
  read(bytes: Buffer, from: number, to: number): number;
  /** Takes what was read. */
  take(): void;
}

const NO_QUICK_WAY: QuickWay = { read: () => -1, take: () => undefined };

/** A parser of lines; `read` and `take` throw where a line is not what it should be. */
function byLines(
  sink: EventSink,
  read: (bytes: Buffer, from: number, to: number) => void,
  way: QuickWay = NO_QUICK_WAY,
): Parser {
  let number = 0;
  const splitter = splitLines({
    quick(bytes, from, to) {
      const end = way.read(bytes, from, to);
      // Without its newline the line may go on in the next chunk.
      if (end < 0 || end === to) return -1;
      number += 1;
      try {
        way.take();
      } catch (error) {
        sink.caught(error, number);
      }
      return end;
    },
    line(bytes, from, to) {
      number += 1;
      if (isBlank(bytes, from, to)) return;
      try {
        read(bytes, from, to);
      } catch (error) {
        sink.caught(error, number);
      }
    },
    tooLong() {
      number += 1;
      sink.flaw(`it is longer than ${LONGEST_LINE >> 20} MB`, number);
    },
  });
  return {
    feed: splitter.feed,
    end() {
      const rest = splitter.rest();
      number += 1;
      if (isBlank(rest, 0, rest.length)) return;
      // Without a newline a line may still be whole; a log's may lack its last digits.
      if (rest.at(-1) !== CLOSE_MAP) return sink.torn(number);
      try {
        read(rest, 0, rest.length);
      } catch (error) {
        if (error instanceof SyntaxError) sink.torn(number);
        else sink.caught(error, number);
      }
    },
  };
}

const CLOSE_MAP = 0x7d;

function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at]! > 0x20) return false;
  return !bytes.subarray(from, to).includes(0);
}
