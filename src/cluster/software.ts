import type { FoundSoftware, Software } from "./types.js";
export async function findSoftware(
  _s: Software,
  _v: string | null,
  _o: { onProgress(t: string): void; signal: AbortSignal },
): Promise<FoundSoftware> {
  return {
    binaries: { etcd: "/tmp/etcd-dev/x/34/usr/bin/etcd", sleep: "/bin/sleep" },
    version: "3.4.23",
    origin: "dev",
  };
}
