const GRACE_MS = 50;

/**
 * Calls `end` in so many ms, unless what this returns is called before.
 *
 * Not a deadline of gRPC's: that is an instant of the wall clock. A client whose clock is set forward between making a
 * call and sending it would see it fail at once, and one whose clock is set back would wait for hours.
 */
export function timeLimit(ms: number, end: () => void): () => void {
  // After a freeze the timer fires in the same turn in which an answer that came meanwhile is read, and before it: so an
  // elapsed time gives the connection one more turn.
  let timer = setTimeout(() => (timer = setTimeout(end, GRACE_MS)), ms);
  return () => clearTimeout(timer);
}
