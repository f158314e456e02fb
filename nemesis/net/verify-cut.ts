import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../src/cluster/types.js";
import { LockjepsenError } from "../../src/error.js";
import { arrows, type Edge } from "./edges.js";
import { countRules } from "./firewall.js";
import { knock } from "./knock.js";

/** That a packet arrived and vanished is told by its rule's counter: so nobody needs to wait long for an answer. */
const SILENCE_MS = 150;
const TRIES = 3;
/** Programs started at once. */
const KNOCKERS = 8;
/** After a heal, what was on its way arrives. */
const AGAIN_MS = 200;
const AGAIN_TRIES = 3;

/**
 * Knocks along every edge (of at most {@link KNOCKERS} senders): each must have met a rule of this fault, and be left
 * without an answer, or be refused. Throws where one got through.
 */
export async function verifyCut(fault: string, edges: readonly Edge[], refuses: boolean): Promise<string> {
  const senders = [...bySender(edges)].slice(0, KNOCKERS);
  for (let tries = 1; ; tries += 1) {
    const answers = await Promise.all(
      senders.map(async ([from, to]) => ({ from, to, times: await knock(from, to, SILENCE_MS) })),
    );
    const met = await packetsMet(fault, edges);
    const tried = answers.flatMap(({ from, to, times }) =>
      to.map((host, index) => ({
        from,
        to: host,
        heard: times === null ? undefined : times[index] !== null,
      })),
    );
    // A refusal may be swallowed by another fault on its way back: silence will do.
    const open = tried.filter(
      (each) => each.heard === undefined || (each.heard && !refuses) || met(each) === 0,
    );
    if (open.length === 0) {
      const packets = tried.reduce((sum, each) => sum + met(each), 0);
      const many = tried.length < edges.length ? `${tried.length} of ${edges.length}` : `all ${edges.length}`;
      return `${arrows(edges)}: ${many} ways tried, ${refuses ? "refused" : "no answer"}, ${packets} packets ${refuses ? "rejected" : "dropped"}`;
    }
    // A knocker may have failed on a busy machine; a cut that leaks does so again.
    if (tries === TRIES)
      throw new LockjepsenError("environment", `${arrows(open)} is not cut`, "run `lockjepsen doctor`");
  }
}

/** What is heard again. Another fault may go on between the same hosts, or they may be no more: then it says so. */
export async function verifyHealed(edges: readonly Edge[]): Promise<string> {
  const senders = [...bySender(edges)].slice(0, KNOCKERS);
  for (let tries = 1; ; tries += 1) {
    const answers = await Promise.all(
      senders.map(([from, to]) => knock(from, to, AGAIN_MS).catch(() => null)),
    );
    const silent = senders.flatMap(([from, to], sender) =>
      to.flatMap((host, index) => ((answers[sender]?.[index] ?? null) === null ? [{ from, to: host }] : [])),
    );
    if (silent.length === 0) return "all hear each other again";
    if (tries === AGAIN_TRIES) return `${arrows(silent)} without an answer yet`;
    await sleep(SILENCE_MS);
  }
}

/** Packets that rules of this fault met of what one host sent to another. */
async function packetsMet(fault: string, edges: readonly Edge[]): Promise<(edge: Edge) => number> {
  const receivers = [...new Set(edges.map(({ to }) => to))];
  const counted = new Map(
    await Promise.all(receivers.map(async (host) => [host, await countRules(host, fault)] as const)),
  );
  return ({ from, to }) =>
    (counted.get(to) ?? [])
      .filter(({ rule }) => rule.startsWith(`-s ${from.address}/32 `))
      .reduce((sum, { packets }) => sum + packets, 0);
}

function bySender(edges: readonly Edge[]): ReadonlyMap<Host, readonly Host[]> {
  const senders = new Map<Host, Host[]>();
  for (const { from, to } of edges) senders.set(from, [...(senders.get(from) ?? []), to]);
  return senders;
}
