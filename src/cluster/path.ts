import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where system programs live that an ordinary user's PATH may leave out. */
const SYSTEM = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Path of a program on PATH (or among the system's own), as a shell would find it: one with a slash is a path already. */
export function findOnPath(program: string): string | undefined {
  if (program.includes("/")) return isProgram(program) ? program : undefined;
  const directories = [...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), ...SYSTEM];
  return directories.map((directory) => join(directory, program)).find(isProgram);
}

/** Java reads a jar, nobody executes it. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, path.endsWith(".jar") ? constants.R_OK : constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
