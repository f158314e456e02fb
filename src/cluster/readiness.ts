import { setTimeout as sleep } from "node:timers/promises";
import { LockjepsenError } from "../error.js";
import { tellingLine } from "./logs.js";
import type { Node } from "./types.js";

const POLL_MS = 50;

export interface ReadyOptions {
  readonly timeoutMs: number;
  /** Aborted: rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when `probe` was true once of every node; a probe that rejects says "not yet". Rejects at once when a
 * node's process has ended: no waiting helps it any more.
 */
export async function whenReady(
  nodes: readonly Node[],
  probe: (node: Node) => Promise<boolean>,
  { timeoutMs, signal }: ReadyOptions,
): Promise<void> {
  signal.throwIfAborted();
  const waiting = new Set(nodes);
  const over = new AbortController();
  const outer = AbortSignal.any([signal, over.signal]);

  const ready = Promise.all(
    nodes.map(async (node) => {
      while (!(await probe(node).catch(() => false))) await sleep(POLL_MS, undefined, { signal: outer });
      waiting.delete(node);
    }),
  );
  const ended = nodes.map(async (node) => {
    const how = await node.exited;
    if (!over.signal.aborted) throw await endedEarly(node, how);
  });
  const late = sleep(timeoutMs, undefined, { signal: outer }).then(async () => {
    throw await notReady([...waiting], timeoutMs);
  });
  try {
    await Promise.race([ready, late, ...ended]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
    for (const loser of [ready, late, ...ended]) loser.catch(() => {});
  }
}

async function endedEarly(node: Node, how: Awaited<Node["exited"]>): Promise<LockjepsenError> {
  // Killed, it had no time to say why.
  const line = how.signal === "SIGKILL" ? null : tellingLine(await node.logs());
  return new LockjepsenError(
    "environment",
    `${node.name} ended (${how.signal ?? `exit code ${how.code}`})${line === null ? "" : `: ${line}`}`,
    `all that it said: ${node.logFile}`,
  );
}

async function notReady(nodes: readonly Node[], timeoutMs: number): Promise<LockjepsenError> {
  const [first] = nodes;
  const line = first ? tellingLine(await first.logs()) : null;
  return new LockjepsenError(
    "environment",
    `not ready within ${timeoutMs / 1000} s: ${nodes.map(({ name }) => name).join(", ")}${line === null ? "" : `; ${first?.name} says: ${line}`}`,
    `all that was said: ${nodes.map(({ logFile }) => logFile).join(", ")}`,
  );
}
