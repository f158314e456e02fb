import type { Backend } from "../backends/types.js";
import { LockjepsenError } from "../error.js";
import type {
  Cluster,
  FoundSoftware,
  Node,
  ServerCommand,
  ServerPlace,
  ServerSpec,
} from "../cluster/types.js";

export interface ServerOptions {
  readonly software: FoundSoftware;
  readonly settings: Readonly<Record<string, string>>;
  readonly recipe: string;
  readonly nodes: number;
}

/** A backend's servers as a runtime is asked for them: `n1` ... */
export function serverSpecs(
  backend: Backend,
  { software, settings, recipe, nodes }: ServerOptions,
): readonly ServerSpec[] {
  return Array.from({ length: nodes }, (_, index) => ({
    name: `n${index + 1}`,
    image: software.image,
    command(own: ServerPlace, all: readonly ServerPlace[]) {
      return withSoftware(
        software,
        backend.command(own, all, { binaries: software.binaries, settings, recipe }),
      );
    },
  }));
}

/** With what its programs need around them. */
export const withSoftware = (software: FoundSoftware, command: ServerCommand): ServerCommand => ({
  ...command,
  env: { ...software.environment, ...command.env },
  ...(software.root !== undefined && { root: software.root }),
});

/** Where clients of a recipe reach each server, by its name; `shared`: the directory of those who have none. */
export function endpointsOf(
  backend: Backend,
  { servers, sharedDirectory }: Pick<Cluster, "servers" | "sharedDirectory">,
  recipe: string,
): Readonly<Record<string, string>> {
  if (backend.sharesDirectory) {
    if (sharedDirectory !== undefined) return { shared: sharedDirectory };
    throw new LockjepsenError(
      "environment",
      `${backend.name} needs a directory that all clients share, and this runtime has none`,
      "take --runtime local",
    );
  }
  const place = ({ name, address }: Node): ServerPlace => ({ name, address, dataDirectory: "" });
  return Object.fromEntries(servers.map((server) => [server.name, backend.endpoint(place(server), recipe)]));
}
