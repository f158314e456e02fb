import { checkers } from "../../checker/index.js";
import { nemeses } from "../../nemesis/index.js";
import { workloads } from "../../workloads/index.js";
import { DEFAULTS, NO_NEMESIS } from "../plan/defaults.js";
import { table } from "../report/text.js";
import type { Listing } from "./listing.js";

interface Entry {
  readonly name: string;
  readonly description: string;
}

const listing = (entries: readonly Entry[], usual?: string): Listing => ({
  data: entries,
  text: `${table(entries.map(({ name, description }) => [name === usual ? `${name} *` : name, description])).join("\n")}\n${
    usual === undefined ? "" : "* default\n"
  }`,
});

export const listNemeses = (): Listing =>
  listing(
    [
      { name: NO_NEMESIS, description: "no fault: shows only that the lock works on a calm day" },
      ...Object.values(nemeses).map(({ name, description }) => ({ name, description })),
    ],
    DEFAULTS.nemesis,
  );

export const listWorkloads = (): Listing =>
  listing(
    Object.values(workloads).map(({ name, description, leastGrants }) => ({
      name,
      description,
      leastGrants,
    })),
    DEFAULTS.workload,
  );

export const listCheckers = (): Listing =>
  listing(Object.values(checkers).map(({ name, description }) => ({ name, description })));
