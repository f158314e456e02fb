import { search } from "../search/search.js";
import { judgeHolds } from "./sweep.js";
import type { Model } from "./types.js";

interface Held {
  readonly writer: number | null;
  /** Ascending; one who holds twice stands here twice. */
  readonly readers: readonly number[];
}

/**
 * Many readers or one writer. `acquire-read`, `acquire-write`, or `acquire` with a `mode`; without one it is a writer's.
 * A plain `release` releases whatever its owner holds. By a sweep (`holds.ts`), else by search.
 */
export const rwLock: Model<Held> = {
  name: "rw-lock",
  description: "many readers or one writer hold at a time, and only holders release",
  operations: ["acquire", "release", "acquire-read", "release-read", "acquire-write", "release-write"],
  owned: true,
  specification: {
    init: { writer: null, readers: [] },
    step(held, { f, owner, outcome }) {
      const { writer, readers } = held;
      const isFree = writer === null && readers.length === 0;
      // A reader meets a held lock where there is a writer, a writer where there is anybody.
      if (outcome === "held") return (f === "acquire-read" ? writer === null : isFree) ? undefined : held;
      switch (f) {
        case "acquire-read":
          return writer === null ? { writer, readers: [...readers, owner].sort((a, b) => a - b) } : undefined;
        case "acquire":
        case "acquire-write":
          return isFree ? { writer: owner, readers } : undefined;
        default:
          if (f !== "release-read" && writer === owner) return { writer: null, readers };
          if (f === "release-write" || !readers.includes(owner)) return undefined;
          return { writer, readers: readers.toSpliced(readers.indexOf(owner), 1) };
      }
    },
    isPure: ({ outcome }) => outcome === "held",
    key: ({ writer, readers }) => `${writer} ${readers.join(" ")}`,
    describe: ({ writer, readers }) => (writer === null ? `${readers.length} readers` : "held by a writer"),
  },
  judge: (part, limits) =>
    judgeHolds(part, { reentrant: false, shared: false, permits: Infinity }) ?? search(part, rwLock, limits),
};
