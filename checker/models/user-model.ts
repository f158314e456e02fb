import { LockjepsenError } from "../../src/error.js";
import { search } from "../search/search.js";
import type { Model, Specification } from "./types.js";

/**
 * A model of one's own, as data: a {@link Specification} and what it speaks of.
 *
 * ```js
 * export default {
 *   name: "stack",
 *   operations: ["push", "pop"],
 *   init: [],
 *   step: (stack, { f, value }) =>
 *     f === "push" ? [...stack, value] : value === stack.at(-1) ? stack.slice(0, -1) : undefined,
 * };
 * ```
 */
export interface UserModel<S = unknown> extends Specification<S> {
  readonly name: string;
  readonly description?: string;
  readonly operations: readonly string[];
  /** Whether it matters who does an operation; without it every `owner` is 0. */
  readonly owned?: boolean;
  partition?: NonNullable<Model<S>["partition"]>;
}

/** Makes a model of it, judged by search. Throws a usage error where something is missing. `source` names it. */
export function userModel<S>(given: UserModel<S>, source: string): Model<S> {
  const trouble = flawOf(given);
  if (trouble !== null)
    throw new LockjepsenError(
      "usage",
      `${source} is no model: ${trouble}`,
      "export { name, operations, init, step } as its default (see docs/check.md)",
    );
  const {
    name,
    description = "a model of your own",
    operations,
    owned = false,
    partition,
    ...specification
  } = given;
  const key = specification.key?.bind(specification) ?? keyOf;
  const model: Model<S> = {
    name,
    description,
    operations,
    owned,
    ...(partition ? { partition } : {}),
    specification: { ...specification, key },
    judge: (part, limits) => search(part, model, limits),
  };
  return model;
}

/** Equal states of plain data have equal texts, if they were made alike. */
const keyOf = (state: unknown): string | number =>
  typeof state === "number" ? state : (JSON.stringify(state) ?? "");

function flawOf(given: unknown): string | null {
  if (typeof given !== "object" || given === null) return "it exports no object as its default";
  const { name, operations, init, step } = given as Partial<Record<keyof UserModel, unknown>>;
  if (typeof name !== "string" || name === "") return 'it has no "name"';
  if (
    !Array.isArray(operations) ||
    operations.length === 0 ||
    !operations.every((each) => typeof each === "string")
  )
    return 'its "operations" are no list of names';
  if (init === undefined) return 'it has no "init", the first state';
  return typeof step === "function" ? null : 'its "step" is no function';
}
