/** What a history is written in, as its first bytes tell. */
export type Format = "JSON lines" | "EDN" | "Jepsen log";

/** As much of a file as tells its format. */
export const HEAD_BYTES = 1 << 16;

/** null: nothing that is known. */
export function formatOf(head: Buffer): Format | null {
  const text = head.toString("latin1", 0, HEAD_BYTES).replace(/^\xef\xbb\xbf/, "");
  const start = text.trimStart().slice(0, 200);
  if (/^\{\s*["}]/.test(start)) return "JSON lines";
  if (/^(?:[[(]\s*)?(?:\{\s*[:#;]|#[A-Za-z_]|;)/.test(start) || /^[[(]\s*[\])]/.test(start)) return "EDN";
  if (/jepsen\.util\s/.test(text)) return "Jepsen log";
  return null;
}

/**
 * Whether these first bytes are a record of lockjepsen's own, which says itself how it is to be judged: its beginning, or
 * an event from its midst. Without its beginning it is damaged, and no model knows what it had to say.
 */
export function isOwnRecord(head: Buffer): boolean {
  const [line = ""] = head.toString("utf8", 0, HEAD_BYTES).split("\n", 1);
  if (/"process":\s*"(?:run|register)"/.test(line)) return true;
  return /"client":\s*"/.test(line) && /"lock":\s*"/.test(line);
}
