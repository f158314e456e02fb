/**
 * What keeps a server's network while the server itself is killed and started again: a container whose only process
 * sleeps. Its namespace is the host that faults act on; a partition outlives a restart, as a cut cable would. (Docker
 * gives a restarted container a new namespace, without the rules of the old one.) It is also the first process of the
 * server's pid namespace: the kernel would let the first one ignore every signal that it does not handle.
 */
import { LockjepsenError } from "../../error.js";
import type { Engine } from "./engine.js";
import { engineError, isMissing } from "./errors.js";
import { follow } from "./follow.js";
import { IMAGE } from "./labels.js";
import { withArchive } from "./tar.js";

/** 32 bytes of `struct sigaction`: its handler is SIG_IGN, so that the kernel reaps what servers leave behind. */
const IGNORE = [1, ...Array<number>(31).fill(0)];

/** Its program by machine, as instructions: `sigaction(SIGCHLD, ignore); for (;;) pause();`. arm64 has only ppoll. */
const INSTRUCTIONS: Readonly<Record<string, { readonly machine: number; readonly code: readonly number[] }>> =
  {
    x86_64: {
      machine: 62,
      code: bytes(
        "b80d000000 bf11000000 488d3513000000 31d2 41ba08000000 0f05", // rt_sigaction(17, &ignore, 0, 8)
        "b822000000 0f05 ebf7", // pause(), and again
      ),
    },
    aarch64: {
      machine: 183,
      code: bytes(
        "200280d2 a1010010 020080d2 030180d2 c81080d2 010000d4", // the same
        "000080d2 010080d2 020080d2 030080d2 040080d2 280980d2 010000d4", // ppoll(0, 0, 0, 0, 0)
        "f9ffff17",
      ),
    },
  };

function bytes(...hexadecimal: readonly string[]): readonly number[] {
  return [...Buffer.from(hexadecimal.join("").replaceAll(" ", ""), "hex"), ...IGNORE];
}

const PROGRAM = "/keeper";
export const KEEPER_IMAGE = "lockjepsen/keeper:2";
export const KEEPER_COMMAND: readonly [string] = [PROGRAM];

/** Makes the image where it is not there: one static program, so that it needs neither a base nor a registry. */
export async function ensureKeeper(engine: Engine): Promise<void> {
  const { docker, info } = engine;
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
      await follow(engine, await docker.importImage(archive, options));
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
