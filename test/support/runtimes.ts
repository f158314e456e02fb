import { describe } from "vitest";
import { ensureBase } from "../../src/cluster/docker/base.js";
import { engineAddress } from "../../src/cluster/docker/address.js";
import { demandEngine, findEngine } from "../../src/cluster/docker/engine.js";
import { docker } from "../../src/cluster/docker.js";
import { local } from "../../src/cluster/local.js";
import type { FindOptions, Runtime } from "../../src/cluster/types.js";

/** A runtime, and what its servers are started from. */
export interface TestRuntime {
  readonly runtime: Runtime;
  /** An image with a shell and Perl, where there must be one. */
  image(): Promise<string | undefined>;
}

/** The engine that tests may use: CI starts one of its own and says where. */
export const TEST_ENGINE = process.env["LOCKJEPSEN_TEST_DOCKER"] ?? engineAddress();

const found = await findEngine(TEST_ENGINE, 30_000);
const missing = "docker" in found ? null : found.reason;
if (missing !== null) console.warn(`tests with Docker are skipped: ${missing}`);

/** Tests that need an engine; elsewhere they are skipped. */
export function describeWithDocker(title: string, tests: () => void): void {
  describe.skipIf(missing !== null)(title, tests);
}

export const LOCAL: TestRuntime = { runtime: local, image: () => Promise.resolve(undefined) };

export const DOCKER: TestRuntime = {
  runtime: docker,
  image: async () => ensureBase(await demandEngine(TEST_ENGINE), "bookworm", quiet),
};

export const quiet: FindOptions = { onProgress: () => {}, signal: new AbortController().signal };
