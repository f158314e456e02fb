import { fileURLToPath } from "node:url";
import type { ServerPlace, Software } from "../../cluster/types.js";
import type { Backend } from "../types.js";
import { openConnection } from "./connection.js";
import { PORT } from "./protocol.js";

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const SERVER = program("main.js");

/** Comes with lockjepsen: it is of the same version, and runs by the same Node. */
export const software: Software = {
  binaries: [process.execPath, SERVER],
  packages: [],
  versions: {},
  image: "lockjepsen",
  versionCommand: [process.execPath, program("../../cli/main.js"), "--version"],
};

export const endpoint = ({ address }: ServerPlace): string => `${address}:${PORT}`;

export const command: Backend["command"] = ({ address, dataDirectory }, _all, { binaries }) => ({
  argv: [binaries[process.execPath] ?? process.execPath, binaries[SERVER] ?? SERVER, address, dataDirectory],
});

/** Whether it answers: asked for a lease that nobody has. */
export async function ready(endpoint: string): Promise<boolean> {
  const connection = await openConnection(endpoint, "ready");
  try {
    return !(await connection.ask({ do: "renew", lease: "nobody's" })).ok;
  } finally {
    connection.close();
  }
}
