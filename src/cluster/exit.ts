import type { NodeExit } from "./types.js";

/** An end that is yet to come. */
export function expectExit(): {
  readonly promise: Promise<NodeExit>;
  readonly resolve: (exit: NodeExit) => void;
} {
  let resolve: (exit: NodeExit) => void = () => {};
  const promise = new Promise<NodeExit>((settle) => (resolve = settle));
  return { promise, resolve };
}
