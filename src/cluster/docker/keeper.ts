/**
 * What keeps a server's network while the server itself is killed and started again: a container whose only process
 * sleeps. Its namespace is the host that faults act on; a partition outlives a restart, as a cut cable would. (Docker
 * gives a restarted container a new namespace, without the rules of the old one.) It is also the first process of the
 * server's pid namespace: the kernel would let the first one ignore every signal that it does not handle.
 */
import { LockjepsenError } from "../../error.js";
import type { Engine } from "./engine.js";
import { engineError, isMissing } from "./errors.js";
import { IMAGE } from "./labels.js";
import { withArchive } from "./tar.js";

/** 32 bytes of `struct sigaction`: its handler is SIG_IGN, so that the kernel reaps what servers leave behind. */
const IGNORE = [1, ...Array<number>(31).fill(0)];

/** Its program by machine, as instructions: `sigaction(SIGCHLD, ignore); for (;;) pause();`. arm64 has only ppoll. */
const INSTRUCTIONS: Readonly<Record<string, { readonly machine: number; readonly code: readonly number[] }>> =
  {
    x86_64: {
      machine: 62,
      code: [
        ...[0xb8, 13, 0, 0, 0, 0xbf, 17, 0, 0, 0, 0x48, 0x8d, 0x35, 19, 0, 0, 0, 0x31, 0xd2],
        ...[0x41, 0xba, 8, 0, 0, 0, 0x0f, 0x05, 0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7],
        ...IGNORE,
      ],
    },
    aarch64: {
      machine: 183,
      code: [
        ...words(0xd2800220, 0x100001a1, 0xd2800002, 0xd2800103, 0xd28010c8, 0xd4000001),
        ...words(0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800004, 0xd2800928),
        ...words(0xd4000001, 0x17fffff9),
        ...IGNORE,
      ],
    },
  };

function words(...all: readonly number[]): readonly number[] {
  return all.flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24]);
}

const PROGRAM = "/keeper";
export const KEEPER_IMAGE = "lockjepsen/keeper:2";
export const KEEPER_COMMAND: readonly [string] = [PROGRAM];

/** Makes the image where it is not there: one static program, so that it needs neither a base nor a registry. */
export async function ensureKeeper({ docker, info }: Engine): Promise<void> {
  try {
    await docker.getImage(KEEPER_IMAGE).inspect();
    return;
  } catch (error) {
    if (!isMissing(error)) throw engineError("the keeper's image cannot be looked for", error);
  }
  const program = INSTRUCTIONS[info.Architecture];
  if (!program)
    throw new LockjepsenError(
      "environment",
      `containers on ${info.Architecture} are not known here`,
      "take --runtime local",
    );
  const [repo, tag] = KEEPER_IMAGE.split(":");
  const options = { repo, tag, changes: `LABEL ${IMAGE}=keeper` };
  try {
    await withArchive({ [PROGRAM]: { content: executable(program), mode: 0o755 } }, 0, async (archive) => {
      const stream = await docker.importImage(archive, options);
      await new Promise<void>((resolve, reject) =>
        docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
      );
    });
  } catch (error) {
    throw engineError("the keeper's image cannot be made", error);
  }
}

const HEADER = 64;
const SEGMENT = 56;
const AT = 0x400000;

/** The smallest file that the kernel runs: one segment, loaded as it stands. See elf(5). */
function executable({
  machine,
  code,
}: {
  readonly machine: number;
  readonly code: readonly number[];
}): Buffer {
  const size = HEADER + SEGMENT + code.length;
  const file = Buffer.alloc(size);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // 64 bits, little-endian, version 1
  file.writeUInt16LE(2, 16); // an executable
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(AT + HEADER + SEGMENT), 24); // where it begins
  file.writeBigUInt64LE(BigInt(HEADER), 32); // where the segments are told
  file.writeUInt16LE(HEADER, 52);
  file.writeUInt16LE(SEGMENT, 54);
  file.writeUInt16LE(1, 56); // one of them
  file.writeUInt32LE(1, HEADER); // to be loaded
  file.writeUInt32LE(5, HEADER + 4); // read and executed
  file.writeBigUInt64LE(BigInt(AT), HEADER + 16);
  file.writeBigUInt64LE(BigInt(AT), HEADER + 24);
  file.writeBigUInt64LE(BigInt(size), HEADER + 32);
  file.writeBigUInt64LE(BigInt(size), HEADER + 40);
  file.writeBigUInt64LE(4096n, HEADER + 48);
  file.set(code, HEADER + SEGMENT);
  return file;
}
