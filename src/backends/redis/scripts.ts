/** What Redis does in one step, with nothing in between: it runs one script at a time. */

/** KEYS lock; ARGV value. 1: it was there with this value, and is deleted. 0: it was not. */
export const DELETE_OWN = `
if redis.call("GET", KEYS[1]) == ARGV[1] then
  return redis.call("DEL", KEYS[1])
end
return 0`;

/** KEYS lock; ARGV value, ms. 1: it was there with this value, and lives for that long from now. 0: it was not. */
export const EXTEND_OWN = `
if redis.call("GET", KEYS[1]) == ARGV[1] then
  return redis.call("PEXPIRE", KEYS[1], ARGV[2])
end
return 0`;

/** KEYS lock, counter; ARGV value, ms. The counter's next number, or nil: somebody holds it. */
export const TAKE_FENCED = `
if redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) then
  return redis.call("INCR", KEYS[2])
end
return false`;
