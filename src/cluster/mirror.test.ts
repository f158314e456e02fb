import { expect, test } from "vitest";
import { parseMirrors } from "./mirror.js";

const bookworm = { family: "debian", suite: "bookworm" } as const;

test("what apt knows of the origin decides", () => {
  const targets = `
https://apt.vendor.example/|bookworm|bookworm|main|Vendor
https://mirror.example/debian/|bookworm|bookworm|main|Debian
https://mirror.example/debian-security/|bookworm-security|bookworm-security|main|Debian
https://mirror.example/debian/|bookworm-updates|bookworm-updates|main|Debian`;
  expect(parseMirrors(targets, bookworm)).toEqual([
    "https://mirror.example/debian/",
    "https://apt.vendor.example/",
    "https://mirror.example/debian-security/",
  ]);
});

test("before the first update only addresses and names are known", () => {
  const targets = `
https://apt.vendor.example/|bookworm|$(CODENAME)|main|$(ORIGIN)
https://apt.vendor.example/node/|nodistro|$(CODENAME)|main|$(ORIGIN)
https://mirror.example/debian/|bookworm|$(CODENAME)|main|$(ORIGIN)`;
  expect(parseMirrors(targets, bookworm)[0]).toBe("https://mirror.example/debian/");
  expect(parseMirrors(targets, bookworm)).not.toContain("https://apt.vendor.example/node/");
});

test("a mirror of another name goes before the security archive", () => {
  const targets = `
https://security.example/debian/|bookworm-security|bookworm-security|main|Debian
https://mirror.example/deb/|bookworm|bookworm|main|Debian`;
  expect(parseMirrors(targets, bookworm)[0]).toBe("https://mirror.example/deb/");
});

test("sources may name the suite by its role", () =>
  expect(parseMirrors("https://mirror.example/debian/|stable|bookworm|main|Debian", bookworm)).toEqual([
    "https://mirror.example/debian/",
  ]));

test("a mirror list in a file is an address too", () =>
  expect(
    parseMirrors("mirror+file:/etc/apt/apt-mirrors.txt|noble|noble|main|Ubuntu", {
      family: "ubuntu",
      suite: "noble",
    }),
  ).toEqual(["mirror+file:/etc/apt/apt-mirrors.txt"]));

test("no source of the family is no mirror", () =>
  expect(parseMirrors("https://apt.vendor.example/|x|x|main|Vendor\n", bookworm)).toEqual([]));
