/** Serves the checker with all its mutants in it, and its tests as functions. For the project `mutation` alone. */
import { join, relative } from "node:path";
import type { Plugin } from "vitest/config";
import { instrument } from "./instrument.js";

/** What a rule is made of: not the tests, nor what says it in words. */
const RULES =
  /^checker\/((facts|findings|linearizability)\/)?(?!types|reasons|statistics|hand-over|partition|check-model|index)[\w-]+(?<!\.test)\.ts$/;
const TESTS = /^checker\/.*\.test\.ts$/;

export function mutation(root: string): Plugin {
  const inRoot = (file: string): string => relative(root, file.replace(/\?.*$/, ""));
  return {
    name: "mutation",
    enforce: "pre",
    resolveId(source, importer) {
      if (source !== "vitest" || importer === undefined || !TESTS.test(inRoot(importer))) return null;
      return join(root, "test/mutation/collect.ts");
    },
    transform(code, id) {
      const file = inRoot(id);
      return RULES.test(file) ? { code: instrument(code, file).code, map: null } : null;
    },
  };
}
