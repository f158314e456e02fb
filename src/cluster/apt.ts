/**
 * Debian and Ubuntu packages without installing anything: apt with a state of its own (lists, cache, sources) fetches
 * them, dpkg-deb unpacks them. Needs no root, starts no service, leaves the machine's own apt alone.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./command.js";
import { aptTrouble, type AptTrouble } from "./apt-trouble.js";
import { storePackages, withScratch, type CachedPackage, type PackageVersion } from "./cache.js";
import { ARCHIVES, type Distribution } from "./distribution.js";
import { parseMirrors, TARGET_FORMAT } from "./mirror.js";
import { ESSENTIAL_PACKAGES } from "./suite-root.js";

export interface FetchOptions {
  readonly packages: readonly string[];
  /** Codename: `bookworm`. May be another than the machine's own. */
  readonly suite: string;
  /** With all that they depend on, down to the C library: what the machine has is of another suite. */
  readonly whole: boolean;
  readonly distribution: Distribution;
  readonly signal: AbortSignal;
}

/** The packages, unpacked in the cache, or what stood in the way. Throws the signal's reason when aborted. */
export async function fetchPackages(
  options: FetchOptions,
): Promise<{ readonly packages: readonly CachedPackage[] } | { readonly trouble: AptTrouble }> {
  const mirrors = await findMirrors(options);
  let first: AptTrouble | undefined;
  for (const mirror of mirrors) {
    options.signal.throwIfAborted();
    const fetched = await withScratch((scratch) => fetchFrom(mirror, scratch, options));
    options.signal.throwIfAborted();
    if ("packages" in fetched) return fetched;
    first ??= fetched.trouble; // the likeliest mirror's: the others may not even be of this archive
    if (fetched.trouble.kind === "disk-full") break;
  }
  options.signal.throwIfAborted();
  return { trouble: first ?? { kind: "no-mirror", detail: "" } };
}

/** Addresses of Debian's archive that this machine uses, the likeliest to have `suite` first. */
export const debianMirrors = (suite: string, signal: AbortSignal): Promise<readonly string[]> =>
  findMirrors({ distribution: { family: "debian", suite }, signal });

async function findMirrors({
  distribution,
  signal,
}: Pick<FetchOptions, "distribution" | "signal">): Promise<readonly string[]> {
  // Before its first `apt-get update` a machine knows nothing of its sources but their addresses.
  for (const knowledge of [[], ["--no-release-info"]]) {
    const argv = [
      "apt-get",
      "indextargets",
      ...knowledge,
      "--format",
      TARGET_FORMAT,
      "Created-By: Packages",
    ] as const;
    const mirrors = parseMirrors((await runCommand(argv, { signal })).stdout, distribution);
    if (mirrors.length > 0) return mirrors;
  }
  return [];
}

async function fetchFrom(
  mirror: string,
  scratch: string,
  { packages, suite, whole, distribution, signal }: FetchOptions,
): ReturnType<typeof fetchPackages> {
  const config = await privateState(mirror, scratch, suite, distribution);
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  const apt = (...args: string[]) =>
    runCommand(["apt-get", "-q", "-c", config, ...args], { cwd: scratch, env, signal });

  const update = await apt("update");
  if (update.code !== 0) return { trouble: aptTrouble(update) };
  const wanted = [...packages, ...ESSENTIAL_PACKAGES];
  const all = whole ? await apt("install", "--simulate", "--no-install-recommends", ...wanted) : null;
  if (all && all.code !== 0) return { trouble: aptTrouble(all) };
  const download = await apt("download", ...(all ? parseInstalled(all.stdout) : packages));
  if (download.code !== 0) return { trouble: aptTrouble(download) };

  const root = join(scratch, "root");
  const files = (await readdir(scratch)).filter((name) => name.endsWith(".deb")).sort();
  const unpacked: PackageVersion[] = [];
  for (const file of files) {
    const unpack = await runCommand(["sh", "-c", UNPACK, "sh", file, root], { cwd: scratch, env, signal });
    const fields = await runCommand(["dpkg-deb", "-W", "--showformat", "${Package} ${Version}", file], {
      cwd: scratch,
      env,
      signal,
    });
    if (unpack.code !== 0) return { trouble: aptTrouble(unpack) };
    if (fields.code !== 0) return { trouble: aptTrouble(fields) };
    signal.throwIfAborted();
    const [name = file, version = ""] = fields.stdout.split(" ");
    unpacked.push({ package: name, version });
  }
  const inOrder = packages.flatMap((name) => unpacked.filter((one) => one.package === name));
  const name = directoryName(packages, files);
  return { packages: await storePackages({ suite, whole }, inOrder, root, name) };
}

/** Names of what apt would install, as `apt-get install --simulate` says it: `Inst libc6 (2.41-12 Debian:13.2 [amd64])`. */
export const parseInstalled = (simulation: string): readonly string[] =>
  simulation.split("\n").flatMap((line) => /^Inst (\S+) /.exec(line)?.[1] ?? []);

/**
 * As `dpkg-deb -x` does, but all of it is ours: to give files to other groups takes root, and a user namespace knows
 * none of them. Links to directories stay: with a merged /usr packages write through them.
 */
const UNPACK = `
dpkg-deb --fsys-tarfile "$1" > "$1.tar" || exit
mkdir -p "$2"
tar -x --no-same-owner --keep-directory-symlink -f "$1.tar" -C "$2" && rm "$1.tar"`;

/** That of the first package's file; where others stand beside it, with what tells this set of versions from others. */
function directoryName([first = ""]: readonly string[], files: readonly string[]): string {
  const name = (files.find((file) => file.startsWith(`${first}_`)) ?? first).replace(/\.deb$/, "");
  const others = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 8);
  return files.length === 1 ? name : `${name}+${others}`;
}

/** Writes a configuration for apt under which it reads and writes nothing outside `scratch` but keys and proxies. */
async function privateState(
  mirror: string,
  scratch: string,
  suite: string,
  { family }: Distribution,
): Promise<string> {
  const lists = join(scratch, "lists");
  const cache = join(scratch, "cache");
  await mkdir(join(lists, "partial"), { recursive: true });
  await mkdir(join(cache, "archives", "partial"), { recursive: true });
  const file = (name: string): string => join(scratch, name);
  // Without the keyring of its own, the keys that the machine trusts must do.
  const keyring = `/usr/share/keyrings/${family}-archive-keyring.gpg`;
  const signedBy = existsSync(keyring) ? `[signed-by=${keyring}] ` : "";
  await writeFile(file("sources.list"), `deb ${signedBy}${mirror} ${suite} ${ARCHIVES[family].components}\n`);
  await writeFile(file("status"), "");
  await writeFile(
    file("apt.conf"),
    [
      // The machine's hooks refresh software centres and empty its caches: not for our lists.
      "#clear APT::Update::Pre-Invoke;",
      "#clear APT::Update::Post-Invoke;",
      "#clear APT::Update::Post-Invoke-Success;",
      `Dir::State "${scratch}";`,
      `Dir::State::lists "${lists}";`,
      `Dir::State::status "${file("status")}";`,
      `Dir::Cache "${cache}";`,
      `Dir::Log "${scratch}";`,
      `Dir::Etc::sourcelist "${file("sources.list")}";`,
      'Dir::Etc::sourceparts "/dev/null";',
      'Dir::Etc::preferences "/dev/null";',
      'Dir::Etc::preferencesparts "/dev/null";',
      // An ordinary user cannot become `_apt`, and `_apt` cannot reach our cache.
      'APT::Sandbox::User "root";',
      'APT::Update::Error-Mode "any";',
      'Acquire::Languages "none";',
      'Acquire::Retries "2";',
      'Acquire::http::Timeout "20";',
      'Acquire::https::Timeout "20";',
      "",
    ].join("\n"),
  );
  return file("apt.conf");
}
