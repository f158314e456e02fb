/**
 * A switch for frames in user space, for kernels without netem: reads what hosts send from one tap and writes it to
 * another when its time has come. A process of its own, for a pending read of a tap cannot be given up, only killed
 * with its process. Started by `switch.ts`; ends when its parent is no more.
 */
import { closeSync, openSync, read, writeSync } from "node:fs";
import { departures, EMPTY_LANE, type Lane } from "./departures.js";
import type { Shaping } from "./shaping.js";

export type ToSwitch =
  /** Frames read from `inner` are for the wire of `host`. */
  | { readonly do: "join"; readonly host: string; readonly inner: string; readonly wire: string }
  /** By destination address. What is held already keeps its time. */
  | { readonly do: "shape"; readonly host: string; readonly shapings: Readonly<Record<string, Shaping>> }
  | { readonly do: "count"; readonly host: string }
  /** What is held goes out at once. */
  | { readonly do: "leave"; readonly host: string };

/** Frames to one destination since its host joined. */
export interface Counts {
  readonly passed: number;
  readonly dropped: number;
  /** Waiting just now. */
  readonly held: number;
}

export type FromSwitch = { readonly n: number } & (
  | { readonly counts: Readonly<Record<string, Counts>> }
  | { readonly error: string }
);

interface Port {
  readonly inner: number;
  readonly wire: number;
  shapings: Readonly<Record<string, Shaping>>;
  readonly lanes: Map<string, Lane>;
  readonly counts: Map<string, { passed: number; dropped: number; held: number }>;
  /** What waits, oldest first. */
  readonly held: Set<{ readonly frame: Buffer; readonly to: string; readonly timer: NodeJS.Timeout }>;
  open: boolean;
}

/** Of the virtio header before each frame, see `struct virtio_net_hdr`: offloads, passed on as they are. */
const HEADER = 10;
const ETHERTYPE = HEADER + 12;
const IPV4 = 0x0800;
const DESTINATION = HEADER + 14 + 16;
/** A segment of 64 KiB with its headers. */
const LARGEST = 70_000;

const ports = new Map<string, Port>();

process.on("message", ({ n, ...request }: ToSwitch & { n: number }) => {
  try {
    process.send?.({ n, counts: handle(request) } satisfies FromSwitch);
  } catch (error) {
    process.send?.({ n, error: error instanceof Error ? error.message : String(error) } satisfies FromSwitch);
  }
});
// Not `exit`: that waits for the reads that never end.
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));

function handle(request: ToSwitch): Readonly<Record<string, Counts>> {
  const { host } = request;
  if (request.do === "join") {
    const port: Port = {
      inner: openSync(request.inner, "r"),
      wire: openSync(request.wire, "r+"),
      shapings: {},
      lanes: new Map(),
      counts: new Map(),
      held: new Set(),
      open: true,
    };
    ports.set(host, port);
    listen(port);
    return {};
  }
  const port = ports.get(host);
  if (!port) throw new Error(`${host} has not joined`);
  if (request.do === "shape") port.shapings = request.shapings;
  if (request.do === "leave") {
    ports.delete(host);
    leave(port);
  }
  return Object.fromEntries(port.counts);
}

function listen(port: Port): void {
  const buffer = Buffer.allocUnsafe(LARGEST);
  const next = (): void =>
    read(port.inner, buffer, 0, LARGEST, null, (error, length) => {
      if (!port.open || error) return closeSync(port.inner); // its device is gone
      forward(port, Buffer.from(buffer.subarray(0, length)));
      next();
    });
  next();
}

function forward(port: Port, frame: Buffer): void {
  if (frame.length < DESTINATION + 4 || frame.readUInt16BE(ETHERTYPE) !== IPV4) return;
  const to = frame.subarray(DESTINATION, DESTINATION + 4).join(".");
  const shaping = port.shapings[to];
  if (!shaping) return send(port, frame, to);
  const now = performance.now();
  const packet = { now, bytes: frame.length - HEADER };
  const { at, lane } = departures(shaping, port.lanes.get(to) ?? EMPTY_LANE, packet, Math.random);
  port.lanes.set(to, lane);
  if (at.length === 0) countOf(port, to).dropped += 1;
  for (const instant of at) {
    if (instant <= now) send(port, frame, to);
    else hold(port, frame, to, instant - now);
  }
}

function hold(port: Port, frame: Buffer, to: string, ms: number): void {
  const held = {
    frame,
    to,
    timer: setTimeout(() => {
      port.held.delete(held);
      countOf(port, to).held -= 1;
      send(port, frame, to);
    }, ms),
  };
  port.held.add(held);
  countOf(port, to).held += 1;
}

function send(port: Port, frame: Buffer, to: string): void {
  try {
    writeSync(port.wire, frame);
    countOf(port, to).passed += 1;
  } catch {
    countOf(port, to).dropped += 1; // no room, or the device is gone: as on any wire
  }
}

/** A reader that waits is woken when its device goes, and closes its end then. */
function leave(port: Port): void {
  port.open = false;
  for (const { frame, to, timer } of port.held) {
    clearTimeout(timer);
    send(port, frame, to);
  }
  port.held.clear();
  closeSync(port.wire);
}

function countOf({ counts }: Port, to: string): { passed: number; dropped: number; held: number } {
  const count = counts.get(to) ?? { passed: 0, dropped: 0, held: 0 };
  counts.set(to, count);
  return count;
}
