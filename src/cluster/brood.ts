import type { ChildProcess } from "node:child_process";
import type { Adopt } from "./host.js";

/** The processes that a cluster's hosts have started and that have not ended yet. */
export function makeBrood(): { readonly adopt: Adopt; kill(): void } {
  const children = new Set<ChildProcess>();
  return {
    adopt(child) {
      children.add(child);
      child.once("exit", () => children.delete(child));
      child.once("error", () => children.delete(child));
    },
    kill() {
      for (const child of children) child.kill("SIGKILL");
    },
  };
}
