/** What this machine can do of every fault there is, shape by shape; a program of its own too, for `doctor` without root. */
import { fileURLToPath } from "node:url";
import { nemeses } from "../../nemesis/index.js";
import type { Nemesis } from "../../nemesis/types.js";
import { lastLine, runCommand } from "../cluster/command.js";
import { canUnshare, isPrivileged } from "../cluster/privileges.js";
import { insideEnvironment, insideUserNamespace } from "../cluster/rootless.js";
import type { Unavailable } from "../cluster/types.js";
import { messageOf } from "../error.js";

/** By nemesis: what its shapes can do here. */
export type Capabilities = Readonly<Record<string, Readonly<Record<string, true | Unavailable>>>>;

/** Tries every one, where that is possible, and leaves nothing. */
export async function probeCapabilities(): Promise<Capabilities> {
  const probed = Object.values(nemeses).map(
    async (nemesis) => [nemesis.name, await shapesOf(nemesis)] as const,
  );
  return Object.fromEntries(await Promise.all(probed));
}

async function shapesOf(nemesis: Nemesis): Promise<Capabilities[string]> {
  const able: [string, true | Unavailable][] = [];
  // One after the other: what the first has found out the others need not look for again.
  for (const shape of Object.keys(nemesis.shapes))
    able.push([shape, await nemesis.available({ shape, parameters: {} })]);
  return Object.fromEntries(able);
}

/** The same, as whoever would run: as root of a user namespace where this process is nobody. */
export async function probeAsRunner(): Promise<Capabilities> {
  if (isPrivileged()) return await probeCapabilities();
  const can = await canUnshare();
  if (can !== true) return everywhere(can);
  const argv = insideUserNamespace([process.execPath, fileURLToPath(import.meta.url)]);
  const { code, stdout, stderr } = await runCommand(argv, { env: insideEnvironment(), timeoutMs: 60_000 });
  if (code === 0) return JSON.parse(stdout) as Capabilities;
  return everywhere({
    reason: lastLine(stderr) || "the attempt ended without a word",
    mend: "run it as root",
  });
}

const everywhere = (why: Unavailable): Capabilities =>
  Object.fromEntries(
    Object.values(nemeses).map(({ name, shapes }) => [
      name,
      Object.fromEntries(Object.keys(shapes).map((shape) => [shape, why])),
    ]),
  );

if (process.argv[1] === fileURLToPath(import.meta.url))
  await probeCapabilities().then(
    (capabilities) => console.log(JSON.stringify(capabilities)),
    (error: unknown) => {
      console.error(messageOf(error));
      process.exitCode = 1;
    },
  );
