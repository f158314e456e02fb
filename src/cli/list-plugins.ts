import { checkers } from "../../checker/index.js";
import { models } from "../../checker/models/index.js";
import { semaphore } from "../../checker/models/semaphore.js";
import { nemeses } from "../../nemesis/index.js";
import { schedules } from "../plan/schedules/index.js";
import type { Nemesis } from "../../nemesis/types.js";
import { workloads } from "../../workloads/index.js";
import { DEFAULTS, NO_NEMESIS } from "../plan/defaults.js";
import { ALL_NEMESES } from "../plan/nemeses.js";
import { fields } from "../report/text.js";
import type { Listing } from "./listing.js";

interface Entry {
  readonly name: string;
  readonly description: string;
}

const listing = (entries: readonly Entry[], usual?: string): Listing => ({
  data: entries,
  text: (width) => {
    const rows = entries.map(
      ({ name, description }) => [name === usual ? `${name} *` : name, description] as const,
    );
    return [...fields(rows, { width, indent: 0 }), ...(usual === undefined ? [] : ["* default"]), ""].join(
      "\n",
    );
  },
});

export const listNemeses = (): Listing =>
  listing(
    [
      { name: NO_NEMESIS, description: "no fault: shows only that the lock works on a calm day" },
      {
        name: ALL_NEMESES,
        description: "every fault that this machine can do and the service has a use for",
      },
      ...Object.values(nemeses).flatMap(describeNemesis),
    ],
    DEFAULTS.nemesis,
  );

/** A nemesis, then each of its shapes if there are several, then what may be set. */
function describeNemesis({ name, description, shapes, bare, parameters }: Nemesis): readonly Entry[] {
  const all = Object.entries(shapes);
  const means = bare === "drawn" ? "; its shape is drawn" : "";
  return [
    { name, description: `${description}${means}` },
    ...(all.length === 1
      ? []
      : all.map(([shape, about]) => ({
          name: `${name}:${shape}`,
          description: `${about.description} (${about.targets.join(", ")})`,
        }))),
    ...Object.entries(parameters).map(([key, parameter]) => ({
      name: `--fault ${name}.${key}`,
      description: `${parameter.description} [${parameter.default}]`,
    })),
  ];
}

export const listSchedules = (): Listing =>
  listing(Object.values(schedules).map(({ name, description }) => ({ name, description })));

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

export const listModels = (): Listing =>
  listing([
    ...models.map(({ name, description }) => ({ name, description })),
    { name: "semaphore:K", description: semaphore(3).description.replace("3", "K") },
  ]);
