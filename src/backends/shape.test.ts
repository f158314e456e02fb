import { expect, it } from "vitest";
import etcd from "./etcd.js";
import { missingIn } from "./shape.js";

it("finds nothing missing in a backend that runs", () => {
  expect(missingIn(etcd)).toEqual([]);
});

it("names each field that is missing or of another type", () => {
  expect(missingIn({ ...etcd, module: undefined, settings: null, ready: true })).toEqual([
    "module (string)",
    "settings (object)",
    "ready (function)",
  ]);
  expect(missingIn(undefined)).toHaveLength(11);
});

it("looks into the recipes, and for the default one", () => {
  const { mutex } = etcd.recipes;
  expect(missingIn({ ...etcd, recipes: { mutex: { ...mutex, connect: undefined } } })).toEqual([
    "recipes.mutex.connect (function)",
  ]);
  expect(missingIn({ ...etcd, defaultRecipe: "lease" })).toEqual(["recipes.lease (object)"]);
});
