import { describe, expect, test } from "vitest";
import { sound, type Behaviour } from "./behaviour.js";
import { bugs } from "./bugs.js";
import type { Answer, Request } from "./protocol.js";
import { createService, type Told } from "./state.js";

/** A service with a clock that is turned by hand. Requests are known by their lease; answers come as `lease: said`. */
function serviceAt(does: Partial<Behaviour> = {}) {
  const service = createService<string>({ ...sound, ...does });
  let now = 1_000;
  const ask = (lease: string, request: Request): readonly string[] =>
    service.ask(lease, request, now).map(inWords);
  return {
    acquire: (lease: string, { wait = true, ttlMs = 100 } = {}) =>
      ask(lease, { do: "acquire", lock: "l", lease, ttlMs, wait }),
    renew: (lease: string) => ask(lease, { do: "renew", lease }),
    release: (lease: string) => ask(lease, { do: "release", lock: "l", lease }),
    pass(ms: number) {
      now += ms;
      return service.pass(now).map(inWords);
    },
    nextIn: () => service.nextAt() - now,
  };
}

const said = ({ ok, token }: Answer): string =>
  token === undefined ? (ok ? "yes" : "no") : `token ${token}`;
const inWords = ({ to, answer }: Told<string>): string => `${to}: ${said(answer)}`;

const planted = (name: string) => serviceAt(bugs.find((bug) => bug.name === name)?.does);

describe("as it should be", () => {
  test("grants in order, with a greater token each time", () => {
    const { acquire, release } = serviceAt();
    expect(acquire("a")).toEqual(["a: token 1"]);
    expect(acquire("b")).toEqual([]);
    expect(acquire("c")).toEqual([]);
    expect(release("a")).toEqual(["a: yes", "b: token 2"]);
    expect(release("b")).toEqual(["b: yes", "c: token 3"]);
    expect(release("c")).toEqual(["c: yes"]);
    expect(release("c")).toEqual(["c: no"]);
  });

  test("refuses who does not wait", () => {
    const { acquire, release } = serviceAt();
    acquire("a");
    expect(acquire("b", { wait: false })).toEqual(["b: no"]);
    expect(release("a")).toEqual(["a: yes"]);
    expect(acquire("c", { wait: false })).toEqual(["c: token 2"]);
  });

  test("gives the lock on just when the lease ends, and not before", () => {
    const { acquire, renew, release, pass, nextIn } = serviceAt();
    acquire("a");
    acquire("b", { ttlMs: 1_000 });
    expect(nextIn()).toBe(100);
    expect(pass(99)).toEqual([]);
    expect(renew("a")).toEqual(["a: yes"]);
    expect(pass(99)).toEqual([]);
    expect(pass(1)).toEqual(["b: token 2"]);
    expect(renew("a")).toEqual(["a: no"]);
    expect(release("a")).toEqual(["a: no"]);
    expect(renew("b")).toEqual(["b: yes"]);
  });

  test("a waiter whose lease ends, or who gives up, is told so and gets nothing", () => {
    const { acquire, renew, release, pass } = serviceAt();
    acquire("a");
    acquire("b");
    acquire("c");
    expect(release("c")).toEqual(["c: no", "c: no"]); // the acquire and the release
    pass(60);
    renew("a");
    expect(pass(60)).toEqual(["b: no"]);
    expect(release("a")).toEqual(["a: yes"]);
  });

  test("idle, it has nothing to do", () => {
    const { acquire, release, nextIn } = serviceAt();
    acquire("a");
    release("a");
    expect(nextIn()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("planted bugs", () => {
  test("each differs from what is sound, and is told of in one line", () => {
    for (const { name, description, does } of bugs) {
      expect(name).toMatch(/^bug(-[a-z]+)+$/);
      expect(description).toMatch(/^\w[^\n]+[^.]$/);
      for (const [point, how] of Object.entries(does)) expect(how).not.toBe(sound[point as keyof Behaviour]);
    }
    expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length);
  });

  test("bug-releases-for-anyone frees the lock of who holds it now", () => {
    const { acquire, release, pass } = planted("bug-releases-for-anyone");
    acquire("stale");
    pass(100);
    acquire("holder");
    acquire("next");
    expect(release("stale")).toEqual(["stale: yes", "next: token 3"]);
  });

  test("bug-grants-dead-waiter tells the dead OK, and the next in line as well", () => {
    const { acquire, renew, release, pass } = planted("bug-grants-dead-waiter");
    acquire("holder");
    acquire("dead");
    expect(renew("dead")).toEqual([]);
    pass(60);
    renew("holder");
    acquire("next");
    pass(60);
    expect(renew("dead")).toEqual(["dead: no"]);
    expect(release("holder")).toEqual(["holder: yes", "dead: token 2", "next: token 3"]);
  });

  test("bug-late-ok says OK when the lease is over and the lock is another's", () => {
    const { acquire, renew, release, pass } = planted("bug-late-ok");
    for (let n = 1; n < 10; n += 1) {
      acquire(`${n}`);
      release(`${n}`);
    }
    expect(acquire("late")).toEqual([]);
    expect(renew("late")).toEqual([]);
    acquire("next", { ttlMs: 1_000 });
    expect(pass(100)).toEqual(["next: token 11"]);
    expect(pass(20)).toEqual(["late: token 10"]);
  });

  test("bug-ignores-ttl leaves a dead holder's lock taken", () => {
    const { acquire, pass, nextIn } = planted("bug-ignores-ttl");
    acquire("dead");
    acquire("b");
    expect(pass(1e9)).toEqual([]);
    expect(nextIn()).toBe(Number.POSITIVE_INFINITY);
  });

  test("bug-token-falls hands out each token once", () => {
    const { acquire, release } = planted("bug-token-falls");
    const tokens = Array.from({ length: 40 }, (_, n) => {
      const [granted = ""] = acquire(`${n}`);
      release(`${n}`);
      return Number(granted.split(" ").at(-1));
    });
    expect(new Set(tokens).size).toBe(40);
    expect(tokens.filter((token, n) => token < Math.max(...tokens.slice(0, n)))).toHaveLength(4);
  });
});
