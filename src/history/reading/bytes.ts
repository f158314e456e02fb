import { createReadStream } from "node:fs";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { LockjepsenError, messageOf } from "../../error.js";
import { STDIN } from "./stdin.js";
import { unreadable } from "../unreadable.js";

const CHUNK_BYTES = 1 << 20;

/**
 * The bytes of a file, or of standard input, by chunks; unpacked where they begin as gzip or zstd do. Throws a usage
 * error for what is packed and broken, and for a file that is not there.
 */
export async function* bytesOf(path: string): AsyncGenerator<Buffer, void, undefined> {
  const raw = path === STDIN ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    const chunks = raw[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let first = await chunks.next();
    let head = first.done === true ? Buffer.alloc(0) : first.value;
    while (head.length < 4 && first.done !== true) {
      first = await chunks.next();
      if (first.done !== true) head = Buffer.concat([head, first.value]);
    }
    const whole = following(head, chunks);
    const packed = packingOf(head);
    if (packed === null) yield* whole;
    else yield* unpacked(whole, packed, path);
  } catch (cause) {
    throw cause instanceof LockjepsenError ? cause : unreadable(path, cause);
  } finally {
    if (path !== STDIN) raw.destroy();
  }
}

async function* following(
  head: Buffer,
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  if (head.length > 0) yield head;
  for (;;) {
    const { done, value } = await rest.next();
    if (done === true) return;
    yield value;
  }
}

type Packing = "gzip" | "zstd";

function packingOf(head: Buffer): Packing | null {
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f_8b) return "gzip";
  if (head.length >= 4 && head.readUInt32BE(0) === 0x28_b5_2f_fd) return "zstd";
  return null;
}

async function* unpacked(
  source: AsyncGenerator<Buffer, void, undefined>,
  packing: Packing,
  path: string,
): AsyncGenerator<Buffer, void, undefined> {
  const input = Readable.from(source, { objectMode: false });
  const unpacker = packing === "gzip" ? createGunzip({ chunkSize: CHUNK_BYTES }) : zstd();
  let failed: unknown;
  input.once("error", (error) => {
    failed = error;
    unpacker.destroy(error);
  });
  try {
    for await (const chunk of input.pipe(unpacker)) yield chunk as Buffer;
  } catch (cause) {
    if (failed !== undefined) throw failed;
    throw new LockjepsenError(
      "usage",
      `${path} looks like ${packing} and cannot be unpacked: ${messageOf(cause)}`,
      "pack it again from the original, or name that",
      { cause },
    );
  }
}

/**
 * By a library. Node unpacks it itself since 22.15, but ends without a word where a file was cut off: what is left would be
 * judged as if it were all.
 */
function zstd(): Transform {
  let ended = false;
  let out: Transform | null = null;
  const decompress = new Decompress((chunk, last) => {
    ended = last === true;
    if (chunk.length > 0) out?.push(Buffer.from(chunk));
  });
  const guarded = (action: () => void, done: TransformCallback): void => {
    try {
      action();
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
  out = new Transform({
    transform: (chunk: Buffer, _, done) => guarded(() => decompress.push(chunk), done),
    flush: (done) =>
      guarded(() => {
        decompress.push(new Uint8Array(0), true);
        if (!ended) throw new Error("it ends too early");
      }, done),
  });
  return out;
}
