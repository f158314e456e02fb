import { expect, test } from "vitest";
import { parseDistribution } from "./distribution.js";

test.each([
  [
    "Debian",
    'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
    { family: "debian", suite: "bookworm" },
  ],
  ["Debian sid", 'PRETTY_NAME="Debian GNU/Linux sid"\nID=debian\n', { family: "debian", suite: "sid" }],
  [
    "Ubuntu",
    "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\nUBUNTU_CODENAME=noble\n",
    { family: "ubuntu", suite: "noble" },
  ],
  [
    "Mint, by the codename of what it is built upon",
    'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n',
    { family: "ubuntu", suite: "noble" },
  ],
  ["single quotes", "ID='debian'\nVERSION_CODENAME='trixie'\n", { family: "debian", suite: "trixie" }],
  ["Fedora", 'ID=fedora\nVERSION_CODENAME=""\n', null],
  ["nothing", "", null],
])("%s", (_, text, distribution) => expect(parseDistribution(text)).toEqual(distribution));
