import type { Software } from "../../cluster/types.js";
import type { Backend } from "../types.js";
import { clock, ready } from "./control.js";
import { recipes } from "./recipes.js";
import { endpoint, serverCommand, settings } from "./server.js";
import { endOn } from "./session.js";

export interface Product {
  readonly name: string;
  readonly description: string;
  readonly module: string;
  readonly software: Software;
}

/** A server that is Redis, or speaks as it does, alone. */
export const oneServer = (product: Product): Backend => ({
  ...product,
  nodes: { default: 1, min: 1, max: 1 },
  recipes: Object.fromEntries(recipes.map((recipe) => [recipe.name, recipe])),
  defaultRecipe: "set-nx-px",
  settings,
  startsEmpty: true,
  endpoint,
  command: serverCommand(product.software),
  ready,
  clock,
  endSession: async ([endpoint = ""], session) => await endOn(endpoint, session),
});
