/** Whether what a module of somebody's own exports is a backend: told in its author's words, before anything runs. */

export type Shape = Readonly<Record<string, "string" | "number" | "object" | "function">>;

const BACKEND: Shape = {
  name: "string",
  description: "string",
  module: "string",
  software: "object",
  nodes: "object",
  recipes: "object",
  defaultRecipe: "string",
  settings: "object",
  endpoint: "function",
  command: "function",
  ready: "function",
};

const RECIPE: Shape = {
  name: "string",
  description: "string",
  promises: "object",
  freedWithin: "function",
  connect: "function",
};

/** What is missing or of another type, each as `recipes.lease.connect (function)`; empty for a backend. */
export function missingIn(value: unknown): readonly string[] {
  const missing = lacking(value, BACKEND, "");
  if (missing.length > 0) return missing;
  const { recipes, defaultRecipe } = value as { recipes: Record<string, unknown>; defaultRecipe: string };
  const flawed = Object.entries(recipes).flatMap(([name, one]) => lacking(one, RECIPE, `recipes.${name}.`));
  return Object.hasOwn(recipes, defaultRecipe) ? flawed : [...flawed, `recipes.${defaultRecipe} (object)`];
}

/** Fields that are missing or of another type, each with its type. */
export function lacking(value: unknown, shape: Shape, prefix: string): readonly string[] {
  const fields: Readonly<Record<string, unknown>> =
    typeof value === "object" && value !== null ? { ...value } : {};
  return Object.entries(shape)
    .filter(([field, type]) => typeof fields[field] !== type || fields[field] === null)
    .map(([field, type]) => `${prefix}${field} (${type})`);
}
