/**
 * The wall clock of a running process, set off by a patch of its own copy of the vDSO: the page through which programs
 * ask the kernel for the time. Any language, also static binaries, also those in containers. Nothing of the program itself
 * is touched.
 *
 * Not reached: who asks by a bare system call, and what the kernel itself times by the wall clock. Fork inherits it, exec
 * and a restart lose it.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from "node:fs";
import { signalProcess, taskStates } from "../proc.js";
import { functionsOf } from "./elf.js";
import { CLOCKS_AT, DETOURS, MAGIC, OFFSET_AT, STUB, WALL_CLOCKS } from "./stub.js";

/** A process whose clock can be set: where the numbers of its stub are. */
export interface Patched {
  readonly pid: number;
  /** Of the stub, in the process. */
  readonly address: number;
}

const STOP_MS = 500;
const TRIES = 50;
/** An instruction of two bytes and an address; the jump that takes their place is five bytes long. */
const PROLOGUE = 8;
const JUMP = 0xe9;

/** Patches a process, or finds that it is. Undefined where it is no more. Throws where it cannot be patched. */
export const patch = (pid: number): Patched | undefined => find(pid) ?? withImage(pid, "r+", install);

/** Finds the patch of a process, also one that it inherited. Undefined where there is none. */
export const find = (pid: number): Patched | undefined =>
  withImage(pid, "r", (_, { base, image }) => {
    const at = image.indexOf(MAGIC);
    return at < 0 ? undefined : { pid, address: base + at };
  });

/** Sets how far its wall clock is ahead, ns; false where it is no more. A patched process need not be stopped for it. */
export function setOffset({ pid, address }: Patched, ns: bigint): boolean {
  const words = Buffer.alloc(16);
  words.writeBigInt64LE(ns, 0);
  words.writeBigInt64LE(WALL_CLOCKS, CLOCKS_AT - OFFSET_AT);
  const done = withMemory(pid, "r+", (memory) => {
    if (!memory.read(address, MAGIC.length)?.equals(MAGIC)) return false; // another program runs in it by now
    memory.write(address + OFFSET_AT, words);
    return true;
  });
  return done ?? false;
}

/** How far it is ahead, ns; undefined where it is no more, or another program runs in it. */
export function offsetOf({ pid, address }: Patched): bigint | undefined {
  return withMemory(pid, "r", (memory) => {
    const head = memory.read(address, CLOCKS_AT);
    return head?.subarray(0, MAGIC.length).equals(MAGIC) ? head.readBigInt64LE(OFFSET_AT) : undefined;
  });
}

interface Memory {
  /** Undefined: nothing is there any more. */
  read(address: number, length: number): Buffer | undefined;
  write(address: number, bytes: Buffer): void;
}

/** Undefined where the process is no more. */
function withMemory<T>(pid: number, mode: "r" | "r+", use: (memory: Memory) => T): T | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/${pid}/mem`, mode);
    const open = fd;
    return use({
      read(address, length) {
        const bytes = Buffer.alloc(length);
        return readSync(open, bytes, 0, length, address) === length ? bytes : undefined;
      },
      write: (address, bytes) => void writeSync(open, bytes, 0, bytes.length, address),
    });
  } catch (error) {
    // A zombie has no memory (EIO, EACCES by its vanished credentials); a pid may be gone between two steps.
    if (taskStates(pid).every((state) => "ZX".includes(state))) return undefined;
    // Nothing at that address: it has begun another program.
    if ((error as NodeJS.ErrnoException).code === "EIO" && vdsoOf(pid) !== undefined) return undefined;
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** A process' vDSO, and where it has it. */
interface Vdso {
  readonly pid: number;
  readonly base: number;
  readonly image: Buffer;
}

function withImage(
  pid: number,
  mode: "r" | "r+",
  use: (memory: Memory, vdso: Vdso) => Patched | undefined,
): Patched | undefined {
  const place = vdsoOf(pid);
  if (!place) return undefined;
  return withMemory(pid, mode, (memory) => {
    const [base, length] = place;
    const image = memory.read(base, length);
    return image && use(memory, { pid, base, image });
  });
}

/** [address, length] */
function vdsoOf(pid: number): readonly [number, number] | undefined {
  let maps: string;
  try {
    maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  } catch {
    return undefined;
  }
  const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(maps) ?? [];
  if (from === undefined || to === undefined) return undefined;
  return [parseInt(from, 16), parseInt(to, 16) - parseInt(from, 16)];
}

function install(memory: Memory, { pid, base, image }: Vdso): Patched {
  const at = freeEnd(image);
  const functions = functionsOf(image);
  const detours = DETOURS.flatMap(([symbol, to]) => {
    const from = functions.get(symbol);
    return from === undefined ? [] : [{ from, to: at + to }];
  });
  if (!detours.some(({ from }) => from === functions.get("__vdso_clock_gettime")))
    throw new Error("its vDSO has no clock_gettime");
  const within = (pc: number): boolean =>
    detours.some(({ from }) => pc > base + from && pc < base + from + PROLOGUE);
  whileStopped(pid, within, () => {
    memory.write(base + at, STUB);
    for (const { from, to } of detours) {
      const prologue = Buffer.from(image.subarray(from, from + PROLOGUE));
      prologue[0] = JUMP;
      prologue.writeInt32LE(to - (from + 5), 1);
      memory.write(base + from, prologue);
    }
  });
  return { pid, address: base + at };
}

/** The first of the zeros that fill the last page, with some distance. */
function freeEnd(image: Buffer): number {
  let end = image.length;
  while (end > 0 && image[end - 1] === 0) end -= 1;
  const at = (end + 64 + 63) & ~63;
  if (at + STUB.length > image.length)
    throw new Error(`its vDSO has only ${image.length - end} bytes to spare`);
  return at;
}

/**
 * No thread may be in the middle of what is overwritten. All in one turn of our own event loop: a pause of the same host
 * sees the process before or after it, never stopped by us.
 */
function whileStopped(pid: number, within: (pc: number) => boolean, action: () => void): void {
  const stoppedBefore = taskStates(pid).every((state) => STILL.includes(state));
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (!stoppedBefore) signalProcess(pid, "SIGSTOP");
    try {
      awaitStill(pid);
      if (!counters(pid).some(within)) return action();
    } finally {
      if (!stoppedBefore) signalProcess(pid, "SIGCONT");
    }
    sleepNow(2);
  }
  throw new Error(`process ${pid} never left the vDSO`);
}

/** Who is in uninterruptible sleep runs no line of its program either before it is let go on. */
const STILL = "TtZXD";

function awaitStill(pid: number): void {
  const deadline = performance.now() + STOP_MS;
  while (!taskStates(pid).every((state) => STILL.includes(state))) {
    if (performance.now() > deadline) throw new Error(`process ${pid} does not stop`);
    sleepNow(0.2);
  }
}

/** Program counters of its threads: the last word of /proc/PID/task/TID/syscall, see proc_pid_syscall(5). */
const counters = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    try {
      const words = readFileSync(`/proc/${pid}/task/${task}/syscall`, "utf8").trim().split(" ");
      return [parseInt(words.at(-1) ?? "", 16)];
    } catch {
      return []; // it ended
    }
  });

const cell = new Int32Array(new SharedArrayBuffer(4));
const sleepNow = (ms: number): void => void Atomics.wait(cell, 0, 0, ms);
