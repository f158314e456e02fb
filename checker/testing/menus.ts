/** What clients of a small random history ask for, and what may be answered, by model. */
import type { ModelOp } from "../models/types.js";
import type { Random } from "../../src/random.js";

export interface Menu {
  /** What a client asks for next; `last`: what it did last, with its answer. */
  ask(owner: number, last: ModelOp | null, random: Random): ModelOp;
  /** What may come of it, in an order drawn anew: the first that the state allows is what happens. */
  answers(op: ModelOp, random: Random): readonly ModelOp[];
}

const op = (f: string, owner: number, more: Partial<ModelOp> = {}): ModelOp => ({
  f,
  owner,
  value: null,
  extra: null,
  token: null,
  outcome: "ok",
  ...more,
});

const only = (asked: ModelOp): readonly ModelOp[] => [asked];
const RELEASES: Readonly<Record<string, string>> = {
  acquire: "release",
  "acquire-read": "release-read",
  "acquire-write": "release-write",
};

function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  return list
    .map((item) => ({ item, key: random.fraction() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const pick = <T>(list: readonly T[], random: Random): T => list[random.below(list.length)] as T;

/** Takes and gives back by turns, and now and then otherwise; for itself, and rarely for another. */
function lock(acquires: readonly string[], again: number): () => Menu {
  return () => ({
    ask(owner, last, random) {
      const release = last === null ? undefined : RELEASES[last.f];
      const who = random.below(20) === 0 ? random.below(3) : owner;
      if (release !== undefined && random.below(100) >= again)
        return op(release, who, { token: last?.token });
      if (random.below(12) === 0) return op(RELEASES[pick(acquires, random)] ?? "release", who);
      return op(pick(acquires, random), who);
    },
    answers: only,
  });
}

const TOKENS = [1, 2, 3, 4, 5, 6, 7, 8];

/** As a lock, whose grants carry tokens, and what is done inside shows them. */
function fenced(again: number, works: boolean): () => Menu {
  const plain = lock(["acquire"], again)();
  return () => ({
    ask(owner, last, random) {
      if (works && last !== null && last.f !== "release" && random.below(100) < 50)
        return op(pick(["read", "write"], random), owner, {
          token: random.below(8) === 0 ? pick(TOKENS, random) : last.token,
        });
      return plain.ask(
        owner,
        last?.f === "read" || last?.f === "write" ? { ...last, f: "acquire" } : last,
        random,
      );
    },
    answers: (asked, random) =>
      asked.f === "acquire"
        ? [
            ...shuffled(TOKENS, random).map((token) => ({ ...asked, token })),
            ...(random.below(10) === 0 ? [asked] : []),
          ]
        : only(asked),
  });
}

const VALUES = [0, 1, 2];

/** Written values are of a few, or each is written once. */
function register(cas: boolean): (random: Random) => Menu {
  return (random) => {
    const isUnique = random.below(2) === 0;
    let writes = 0;
    const fresh = (): number => (isUnique ? (writes += 1) : pick(VALUES, random));
    return {
      ask(owner) {
        const f = pick(cas ? ["read", "write", "cas", "cas"] : ["read", "write"], random);
        if (f === "cas") return op(f, owner, { value: pick([...VALUES, null], random), extra: fresh() });
        return op(f, owner, f === "write" ? { value: fresh() } : {});
      },
      answers: (asked) =>
        asked.f === "read"
          ? shuffled([null, 0, 1, 2, 3, 4].slice(0, 4 + random.below(3)), random).map((value) => ({
              ...asked,
              value,
            }))
          : only(asked),
    };
  };
}

const SETS = [[], [1], [2], [1, 2], [3], [1, 3], [2, 3], [1, 2, 3]];

const set = (): Menu => ({
  ask: (owner, _, random) =>
    random.below(2) === 0 ? op("read", owner) : op("add", owner, { value: 1 + random.below(3) }),
  answers: (asked, random) =>
    asked.f === "read" ? shuffled(SETS, random).map((value) => ({ ...asked, value })) : only(asked),
});

const counter = (): Menu => ({
  ask: (owner, _, random) =>
    random.below(2) === 0 ? op("read", owner) : op("add", owner, { value: pick([1, 1, 2, -1], random) }),
  answers: (asked, random) =>
    asked.f === "read"
      ? shuffled([-2, -1, 0, 1, 2, 3, 4, 5], random).map((value) => ({ ...asked, value }))
      : only(asked),
});

const VERSIONS = [1, 2, 3, 4, 5];

/** Writes say what they were computed from: mostly what their client saw last. */
function versions(random: Random): Menu {
  const isTold = random.below(2) === 0;
  return {
    ask(owner, last) {
      const seen = last === null ? null : last.f === "cas" ? last.extra : last.value;
      const from = seen === null || random.below(10) === 0 ? pick([null, 0, 1, 2], random) : seen;
      const f = pick(["read", "write", "write", "cas"], random);
      if (f === "cas") return op(f, owner, { value: from ?? 0, extra: pick(VERSIONS, random) });
      return op(
        f,
        owner,
        f === "write" ? { extra: from, value: isTold ? null : pick(VERSIONS, random) } : {},
      );
    },
    answers(asked) {
      if (asked.f === "cas" || asked.value !== null) return only(asked);
      return shuffled([0, ...VERSIONS], random).map((value) => ({ ...asked, value }));
    },
  };
}

/** By model, or by what stands before the colon of its name. */
export const menus: Readonly<Record<string, (random: Random) => Menu>> = {
  mutex: lock(["acquire"], 5),
  "owner-mutex": lock(["acquire"], 5),
  "reentrant-mutex": lock(["acquire"], 40),
  "fenced-mutex": fenced(5, true),
  "reentrant-fenced-mutex": fenced(40, false),
  semaphore: lock(["acquire"], 25),
  "rw-lock": lock(["acquire-read", "acquire-write", "acquire"], 10),
  register: register(false),
  "cas-register": register(true),
  set,
  counter,
  "lost-update": versions,
};
