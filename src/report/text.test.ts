import { expect, it } from "vitest";
import { clip, count, fields, folded, percent, table, wrap } from "./text.js";

it("wraps at words, and leaves a longer word whole", () => {
  expect(wrap("one two  three\nfour", 9)).toEqual(["one two", "three", "four"]);
  expect(wrap("https://example.org/long a", 5)).toEqual(["https://example.org/long", "a"]);
  expect(wrap("", 5)).toEqual([]);
});

it("never parts a number from its unit", () => {
  expect(wrap("at 5.388 s, 3 servers, 12 % of 4 sets", 7)).toEqual([
    "at",
    "5.388 s,",
    "3",
    "servers,",
    "12 % of",
    "4 sets",
  ]);
});

it("clips with an ellipsis", () => {
  expect([clip("abcdef", 6), clip("abcdef", 5)]).toEqual(["abcdef", "abcd…"]);
});

it("counts in words", () => {
  expect([count(1, "grant"), count(0, "grant"), count(2, "process", "processes")]).toEqual([
    "1 grant",
    "0 grants",
    "2 processes",
  ]);
});

it("never rounds some to none, nor most to all", () => {
  expect([0, 0.00001, 0.081, 0.99999, 1].map(percent)).toEqual([
    "0 %",
    "under 0.1 %",
    "8.1 %",
    "over 99.9 %",
    "100 %",
  ]);
});

it("aligns tables and fields", () => {
  expect(
    table([
      ["a", "bbb", "c"],
      ["aaa", "b", "c"],
    ]),
  ).toEqual(["a    bbb  c", "aaa  b    c"]);
  const rows = [
    ["lock", "one", "three", "eleven"],
    ["etcd", "1", "3", "11"],
  ];
  expect(folded(rows, 23)).toEqual([
    ["lock  one  three", "etcd  1    3"],
    ["lock  eleven", "etcd  11"],
  ]);
  expect(folded(rows, 24)).toEqual([table(rows)]);
  expect(folded(rows, 1)).toEqual([
    ["lock  one", "etcd  1"],
    ["lock  three", "etcd  3"],
    ["lock  eleven", "etcd  11"],
  ]);
  expect(
    fields(
      [
        ["a", "one two"],
        ["bbb", ""],
      ],
      { width: 10, indent: 2 },
    ),
  ).toEqual(["  a    one\n       two", "  bbb  "]);
});
