import type { Blocking } from "../../nemesis/types.js";
import type { FromWorker, Question } from "./protocol.js";

/** How often a blocked client looks whether anybody is left to block it for. */
const LOOK_MS = 100;

/** Answers what the tester asks of this client's process; `send` calls back when what it sent is out of the process. */
export function createAnswers(
  send: (message: FromWorker, sent: () => void) => void,
): (n: number, question: Question) => void {
  let lastMs = 0;
  return (n, question) => {
    const answer = (value: string | number, sent = (): void => {}): void =>
      send({ kind: "answer", n, value }, sent);
    switch (question.what) {
      case "beat":
        return answer(0);
      case "clock":
        return answer(Date.now());
      case "block":
        return answer(String(process.hrtime.bigint()), () => (lastMs = block(question.how, question.ms)));
      case "blocked":
        return answer(lastMs);
    }
  };
}

/**
 * Nothing else of this process runs meanwhile: no timer fires, nothing is read, no renewal is sent; connections stay open
 * and the system goes on to acknowledge what arrives. Returns the ms that it took.
 */
export function block(how: Blocking, ms: number): number {
  const since = process.hrtime.bigint();
  const passedMs = (): number => Number(process.hrtime.bigint() - since) / 1e6;
  const parent = process.ppid;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let passed = 0; passed < ms && process.ppid === parent; passed = passedMs())
    if (how === "wait") Atomics.wait(cell, 0, 0, Math.min(LOOK_MS, ms - passed));
  return passedMs();
}
