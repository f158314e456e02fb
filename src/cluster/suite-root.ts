/**
 * Programs of another suite than the machine's own: linked against that suite's C library, they run with the packages'
 * root as their own, in a mount namespace of theirs. Works as root of a user namespace, too; the cache is not written.
 */
import { isPrivileged } from "./privileges.js";

/** What packages rely on without saying so: a shell and its tools, locales, the links of a merged /usr. */
export const ESSENTIAL_PACKAGES = ["base-files", "coreutils", "dash", "libc-bin"] as const;

/**
 * A user namespace of its own, whose `nobody` (a server may look its account up) is ourselves outside: its data stay ours.
 * What it shares in memory is gone with its last process, however that ended.
 */
const ORDINARY_USER = ["--user", "--ipc", "--map-user=65534", "--map-group=65534"] as const;

/** Prefix of a command that shall not be root. */
export const AS_ORDINARY_USER: readonly string[] = ["unshare", ...ORDINARY_USER, "--"];

/**
 * Arguments: the packages' root, the data directory (or nothing), options of `unshare` up to `--`, the command.
 *
 * The new root stands on a tmpfs, so that directories can be made in it: the suite's programs are bound, its
 * configuration is copied, and kernel and data are where they are outside. Names of users and of this host are what no
 * package brings, and servers look up.
 */
const ENTER = `
set -e
root=$1 data=$2
shift 2
new=$root/tmp
mount -t tmpfs -o mode=755 tmpfs "$new"
for place in usr bin sbin lib lib32 lib64 libx32; do
  if [ -L "$root/$place" ]; then cp -P "$root/$place" "$new/$place"
  elif [ -d "$root/$place" ]; then mkdir "$new/$place"; mount --bind "$root/$place" "$new/$place"
  fi
done
cp -R "$root/etc" "$root/var" "$new"
mkdir "$new/proc" "$new/dev" "$new/tmp"
chmod 1777 "$new/tmp"
mount --rbind /proc "$new/proc"
mount --rbind /dev "$new/dev"
printf 'root:x:0:0::/:/bin/sh\\nnobody:x:65534:65534::/:/bin/sh\\n' > "$new/etc/passwd"
printf 'root:x:0:\\nnogroup:x:65534:\\n' > "$new/etc/group"
printf '127.0.0.1 localhost\\n' > "$new/etc/hosts"
printf 'passwd: files\\ngroup: files\\nhosts: files\\n' > "$new/etc/nsswitch.conf"
if [ -n "$data" ]; then
  mkdir -p "$new$data"
  mount --bind "$data" "$new$data"
fi
exec unshare --root="$new" --wd="\${data:-/}" "$@"`;

export interface SuiteRootOptions {
  /** Stands at the same path inside, and is the working directory. */
  readonly dataDirectory?: string;
  /** As `nobody` in there, not as root. */
  readonly unprivileged?: boolean;
}

/** Prefix of a command whose program is a path below `root`; the process stays the same one (exec). */
export function enteringRoot(
  root: string,
  { dataDirectory = "", unprivileged = false }: SuiteRootOptions = {},
): readonly [string, ...string[]] {
  const namespaces = isPrivileged() ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
  const user = unprivileged ? ORDINARY_USER : [];
  return ["unshare", ...namespaces, "--", "sh", "-c", ENTER, "sh", root, dataDirectory, ...user, "--"];
}
