/**
 * Programs whose shared memory by name (/dev/shm, see shm_overview(7)) is their own: what they leave there is gone with
 * the last of them, however that ended. libfaketime makes two files a program, and a SIGKILL would leave them for good.
 */

const OWN_MEMORY = `
set -e
[ ! -d /dev/shm ] || mount -t tmpfs -o mode=1777 tmpfs /dev/shm
exec env "$@"`;

/**
 * Prefix of a command whose first word holds no `=`; the process stays the same one (exec). Its variables are set in
 * here, not before: a library that is preloaded by one of them would act before the memory is its own.
 */
export const withOwnMemory = (
  variables: Readonly<Record<string, string>>,
): readonly [string, ...string[]] => [
  "unshare",
  "--mount",
  "--",
  "sh",
  "-c",
  OWN_MEMORY,
  "sh",
  ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
];
