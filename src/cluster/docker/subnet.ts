/** Addresses for a run's network that nobody on this machine uses. */
import { networkInterfaces } from "node:os";

/** A block of IPv4 addresses: the first and the last of it, as numbers. */
interface Block {
  readonly first: number;
  readonly last: number;
}

/** `10.77.0`: the 256 /24 that a run's network is chosen from; private (RFC 1918), and rarely used by others. */
const CANDIDATES = Array.from({ length: 256 }, (_, index) => `10.77.${index}`);

/**
 * The candidates that overlap nothing in use, in an order that `start` turns: two runs that begin at once try different
 * ones first. `used`: CIDR blocks and plain addresses; what is neither is left out.
 */
export function freeSubnets(used: readonly string[], start: number): readonly string[] {
  const blocks = used.map(parseBlock).filter((block) => block !== null);
  const turn = start % CANDIDATES.length;
  return [...CANDIDATES.slice(turn), ...CANDIDATES.slice(0, turn)].filter((subnet) => {
    const own = parseBlock(`${subnet}.0/24`);
    return own !== null && !blocks.some(({ first, last }) => first <= own.last && last >= own.first);
  });
}

export function parseBlock(text: string): Block | null {
  const [, address = "", bits = "32"] = /^(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  const bytes = address.split(".").map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255) || Number(bits) > 32) return null;
  const size = 2 ** (32 - Number(bits));
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

/** What this machine's own interfaces use. */
export const ownSubnets = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.flatMap(({ cidr, family }) => (family === "IPv4" && cidr !== null ? [cidr] : [])),
  );

/** The destinations of the kernel's routes, from the text of /proc/net/route: little-endian hexadecimal. */
export function parseRoutes(text: string): readonly string[] {
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .flatMap(([, destination, , , , , , mask]) =>
      destination === undefined || mask === undefined || mask === "00000000"
        ? [] // the default route leads everywhere
        : [`${dotted(destination)}/${ones(mask)}`],
    );
}

const dotted = (hex: string): string =>
  (hex.match(/../g) ?? [])
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join(".");

const ones = (hex: string): number => (Number.parseInt(hex, 16).toString(2).match(/1/g) ?? []).length;
