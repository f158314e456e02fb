import { expect, test } from "vitest";
import { aptTrouble, cacheTrouble } from "./apt-trouble.js";

const said = (stderr: string) => aptTrouble({ code: 100, stdout: "", stderr });

test.each([
  [
    "no-suite",
    "E: The repository 'http://mirror.example/debian nosuch Release' does not have a Release file.\n",
    "The repository 'http://mirror.example/debian nosuch Release' does not have a Release file.",
  ],
  ["no-package", "E: Unable to locate package etcd-server\n", "Unable to locate package etcd-server"],
  [
    "no-key",
    "W: GPG error: http://mirror.example/debian trixie InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 6ED0E7B82643E131\nE: The repository 'http://mirror.example/debian trixie InRelease' is not signed.\n",
    "The repository 'http://mirror.example/debian trixie InRelease' is not signed.",
  ],
  [
    "disk-full",
    "dpkg-deb (subprocess): decompressing archive: No space left on device\ndpkg-deb: error: <decompress> subprocess returned error exit status 2\n",
    "dpkg-deb: error: <decompress> subprocess returned error exit status 2",
  ],
  [
    "network",
    "W: Failed to fetch http://mirror.example/debian/dists/x/InRelease  Could not resolve 'mirror.example'\nE: Some index files failed to download. They have been ignored, or old ones used instead.\n",
    "Failed to fetch http://mirror.example/debian/dists/x/InRelease  Could not resolve 'mirror.example'",
  ],
  ["network", "", ""],
])("%s: %s", (kind, stderr, detail) => expect(said(stderr)).toEqual({ kind, detail }));

test("what the file system refuses is trouble; anything else is not for us to explain", () => {
  const refused = (code: string) => Object.assign(new Error(code), { code });
  expect(cacheTrouble(refused("ENOSPC")).kind).toBe("disk-full");
  expect(cacheTrouble(refused("EACCES")).kind).toBe("read-only");
  expect(() => cacheTrouble(new TypeError("a bug"))).toThrow("a bug");
});
