import { expect, test } from "vitest";
import { whenReady } from "./readiness.js";
import type { Node, NodeExit } from "./types.js";

/** A server that is a name, a log and an end. */
function fakeNode(name: string, log = ""): Node & { end(exit: NodeExit): void } {
  let end: (exit: NodeExit) => void = () => {};
  const exited = new Promise<NodeExit>((resolve) => (end = resolve));
  const unused = (): never => {
    throw new Error("not part of readiness");
  };
  return {
    name,
    role: "server",
    address: "",
    pids: () => [],
    exec: unused,
    spawn: unused,
    start: unused,
    kill: unused,
    exited,
    onExit: unused,
    logs: async () => log,
    env: {},
    logFile: `/logs/${name}.log`,
    end,
  };
}

const patient = { timeoutMs: 60_000, signal: new AbortController().signal };

test("waits until every node was ready once, and asks those no more", async () => {
  const asked: Record<string, number> = { n1: 0, n2: 0 };
  const probe = async ({ name }: Node): Promise<boolean> => {
    asked[name] = (asked[name] ?? 0) + 1;
    if (name === "n2" && asked[name] < 3) throw new Error("connection refused");
    return true;
  };
  await whenReady([fakeNode("n1"), fakeNode("n2")], probe, patient);
  expect(asked).toEqual({ n1: 1, n2: 3 });
});

test("fails at once when a server has ended, with what it said and where", async () => {
  const dying = fakeNode("n2", "starting\nbind: address already in use\nstopped\n");
  const waiting = whenReady([fakeNode("n1"), dying], async () => false, patient);
  dying.end({ code: 1, signal: null, ours: false });
  await expect(waiting).rejects.toMatchObject({
    code: "environment",
    message: "n2 ended (exit code 1): bind: address already in use",
    hint: expect.stringContaining("/logs/n2.log"),
  });
});

test("even when the probe hangs", async () => {
  const dying = fakeNode("n1");
  const waiting = whenReady([dying], () => new Promise(() => {}), patient);
  dying.end({ code: null, signal: "SIGSEGV", ours: false });
  await expect(waiting).rejects.toThrow("n1 ended (SIGSEGV)");
});

test("past its time says who is missing", async () => {
  const nodes = [fakeNode("n1"), fakeNode("n2", "waiting for peers\n"), fakeNode("n3")];
  const waiting = whenReady(nodes, async ({ name }) => name === "n1", { ...patient, timeoutMs: 120 });
  await expect(waiting).rejects.toMatchObject({
    code: "environment",
    message: "not ready within 0.12 s: n2, n3; n2 says: waiting for peers",
    hint: expect.stringContaining("/logs/n2.log, /logs/n3.log"),
  });
});

test("an abort is no trouble of the servers", async () => {
  const abort = new AbortController();
  const waiting = whenReady([fakeNode("n1")], async () => false, { ...patient, signal: abort.signal });
  abort.abort(new Error("Ctrl-C"));
  await expect(waiting).rejects.toThrow("Ctrl-C");
});

test("an end after all were ready disturbs nobody", async () => {
  const node = fakeNode("n1");
  await whenReady([node], async () => true, patient);
  node.end({ code: 0, signal: null, ours: false });
});
