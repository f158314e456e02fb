/** Whole numbers that a double cannot hold, where a value may stand. */
const LONG = /([:[,]\s*)(-?\d{16,})(?=\s*[,\]}])/g;

/** JSON, with whole numbers beyond 2^53 as texts: two fencing tokens must not become one. Throws where it is none. */
export function parseJson(text: string): unknown {
  if (LONG.test(text)) {
    LONG.lastIndex = 0;
    try {
      return JSON.parse(text.replaceAll(LONG, '$1"$2"'));
    } catch {
      // It stood within a text: then that text is spoilt, and this one is right.
    }
  }
  return JSON.parse(text);
}
