import { readFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { errnoOf } from "../error.js";

const ALARM =
  /\b(?:fatal|panic|error|fail(?:ed|ure)?|cannot|can't|unable|refused|denied|invalid|in use|no space|not found)\b/i;
/** A crash prints its reason first, then where in the program it was. */
/** A place in a program, Go's as `zap.(*Logger).Panic(0xc0, ...)`: words there are names. */
const FRAME = /^[\w./*()]+\.[\w.()*]+\(.*\)$/;
const RECENT_LINES = 200;
const LONGEST = 300;

/** The line of a server's log that most likely says why it ended: the last that sounds like trouble, else the last. */
export function tellingLine(log: string): string | null {
  const lines = log
    .split("\n")
    .slice(-RECENT_LINES)
    .map((line) => plain(stripVTControlCharacters(line).trim()))
    .filter((line) => /\w/.test(line) && !FRAME.test(line));
  const line = lines.findLast((line) => ALARM.test(line)) ?? lines.at(-1);
  return line === undefined ? null : line.slice(0, LONGEST);
}

/** Structured logs say it in `msg` and `error`; the rest is for machines. */
function plain(line: string): string {
  if (!line.startsWith("{")) return line;
  try {
    const { msg, message = msg, error, level } = JSON.parse(line) as Record<string, unknown>;
    const parts = [level === "fatal" || level === "panic" ? level : undefined, message, error];
    const said = parts.filter((part) => typeof part === "string" && part !== "").join(": ");
    return said === "" ? line : said;
  } catch {
    return line;
  }
}

/** All that was logged so far; nothing where nothing was started. */
export async function readLog(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "";
    throw error;
  }
}
