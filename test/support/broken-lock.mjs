/** A lock that is right but for three of its checks: in one it spins, in one it never answers, in one it ends its process. */
import { closeSync, openSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

async function misbehave(lock) {
  if (lock.endsWith("-refusal")) for (;;);
  if (lock.endsWith("-foreign-release")) await new Promise(() => {});
  if (lock.endsWith("-hand-over")) process.exit(1);
}

function take(file) {
  try {
    closeSync(openSync(file, "wx"));
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

const connect = ({ endpoints: [directory] }) => {
  const held = new Map();
  return Promise.resolve({
    async acquire(lock, { waitMs }) {
      await misbehave(lock);
      const file = `${directory}/${lock}`;
      const until = performance.now() + waitMs;
      while (!take(file)) {
        if (performance.now() >= until) return null;
        await sleep(5);
      }
      const grant = { validUntil: () => undefined, lost: new AbortController().signal };
      held.set(grant, file);
      return grant;
    },
    release(grant) {
      const file = held.get(grant);
      held.delete(grant);
      if (file === undefined) return Promise.resolve("not-held");
      rmSync(file);
      return Promise.resolve("released");
    },
    close: () => Promise.resolve(),
  });
};

export default {
  name: "broken-lock",
  description: "files in a directory, and three ways not to answer",
  module: import.meta.url,
  software: { binaries: ["uname"], packages: ["coreutils"], versions: {}, versionCommand: ["uname", "-r"] },
  nodes: { default: 0, min: 0, max: 0 },
  sharesDirectory: true,
  settings: {},
  endpoint: () => "",
  command: () => ({ argv: [] }),
  ready: () => Promise.resolve(true),
  defaultRecipe: "file",
  recipes: {
    file: {
      name: "file",
      description: "made with O_EXCL",
      promises: {
        exclusion: "service",
        lease: "none",
        ttl: { min: 500, max: 60_000, step: 1, default: 2_000 },
        renewals: "none",
        token: null,
        except: [],
        source: "open(2)",
      },
      freedWithin: () => null,
      connect,
    },
  },
};
