/** Runs inside the cluster's network: asks a register that is a table, and one that is a process's own, the same. */
import { openConnection } from "../../src/backends/postgres/connection.js";
import type { Fencing, Guard } from "../../src/history/context.js";
import { processId, token } from "../../src/history/event.js";
import { createRandom } from "../../src/random.js";
import { connectRegister } from "../../src/register/client.js";
import { REGISTER_SCHEMA } from "../../src/register/postgres/schema.js";
import type { RequestLine } from "../../src/register/protocol.js";
import { createRegister } from "../../src/register/state.js";

const [, , endpoint = ""] = process.argv;
const LOCK = "lock-1";
const db = await openConnection(endpoint, "test");
await db.query(REGISTER_SCHEMA);

async function begin(initial: unknown, fencing: Fencing, guard: Guard | null, change: object): Promise<void> {
  for (const table of ["rules", "resource", "log", "done", "queue"])
    await db.query(`TRUNCATE register.${table}`);
  await db.query("INSERT INTO register.rules VALUES ($1, $2, $3)", [fencing, guard, JSON.stringify(change)]);
  await db.query("INSERT INTO register.resource (lock, value) VALUES ($1, $2)", [
    LOCK,
    JSON.stringify(initial),
  ]);
}

const about = { lock: LOCK, client: "c1", by: processId(0) } as const;
const APPEND = { kind: "append" };

/** Differences in the answers to 150 random requests: none, if it is right. */
async function compare(fencing: Fencing): Promise<readonly string[]> {
  await begin([], fencing, null, APPEND);
  const register = await connectRegister({ kind: "table", endpoint, guard: null });
  const model = createRegister([], fencing);
  const random = createRandom(7);
  const differences: string[] = [];
  for (let n = 0; n < 150; n += 1) {
    const f = random.below(2) === 0 ? "read" : "write";
    const given = random.below(8);
    const line: Omit<RequestLine, "n"> = {
      ...about,
      f,
      ...(given > 0 && { token: token(String(given + Math.floor(n / 10))) }),
      owner: `owner-${random.below(2)}`,
      ...(f === "write" && { value: [n], id: `w${n}`, parent: 0 }),
      ...(f === "read" && given === 0 && { final: true }),
    };
    const [mine, theirs] = [model.apply(line), await register.request(line)];
    const [expected, seen] = [mine, theirs].map((answer) =>
      JSON.stringify(Object.entries(answer).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    );
    if (expected !== seen) differences.push(`${JSON.stringify(line)}: ${seen} instead of ${expected}`);
  }
  const [log] = await db.query<{ entries: number; last: number }>(
    "SELECT count(*)::integer AS entries, max(n)::integer - min(n)::integer + 1 AS last FROM register.log",
  );
  if (log?.entries !== 150 || log.last !== 150) differences.push(`its log has ${JSON.stringify(log)}`);
  register.close();
  return differences;
}

/** Ten clients at once, each computing from what it has read: versions that were accepted, and the value. */
async function contend(guard: Guard): Promise<unknown> {
  await begin(0, "off", guard, { kind: "add", by: 1, max: 25 });
  const working = new AbortController();
  if (guard !== "queue") working.abort();
  const writer = (async () => {
    while (!working.signal.aborted) await db.query("SELECT register.work()");
  })();
  const answers: { applied: boolean; error?: string }[] = [];
  await Promise.all(
    Array.from({ length: 10 }, async (_, client) => {
      const register = await connectRegister({ kind: "table", endpoint, guard });
      for (let n = 0; n < 4; n += 1) {
        const { version, ...read } = await register.request({ ...about, f: "read" });
        const value = Number("value" in read ? read.value : 0) + 1;
        const id = `w${client}-${n}`;
        answers.push(
          await register.request({ ...about, f: "write", id, value, element: value, parent: version }),
        );
        // Asked for once more, by the same name.
        if (guard === "idempotent")
          await register.request({ ...about, f: "write", id, value, element: value, parent: version });
      }
      register.close();
    }),
  );
  working.abort();
  await writer;
  const [cell] = await db.query<{ value: number; version: number }>(
    "SELECT value, version FROM register.resource",
  );
  const refused = new Set(answers.flatMap(({ applied, error }) => (applied ? [] : [error])));
  return { ...cell, accepted: answers.filter(({ applied }) => applied).length, refused: [...refused] };
}

const fences: Fencing[] = ["off", "on", "writes", "identity"];
const guards: Guard[] = ["version", "queue", "idempotent"];
const result = { differences: [] as string[], contended: {} as Record<string, unknown> };
for (const fencing of fences) result.differences.push(...(await compare(fencing)));
for (const guard of guards) result.contended[guard] = await contend(guard);
console.log(JSON.stringify(result));
process.exit(0);
