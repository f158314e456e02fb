/** A moment of the run, from µs: `12.345 s`. */
export const moment = (us: number): string => `${(us / 1e6).toFixed(3)} s`;

/** A length of time, from µs: `480 µs`, `3.2 ms`, `870 ms`, `4.15 s`, `12.3 s`, `2 min 5 s`. */
export function length(us: number): string {
  if (us === 0) return "0";
  if (us < 999.5) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${digits(us / 1e3)} ms`;
  if (us < 99_950_000) return `${digits(us / 1e6)} s`;
  const seconds = Math.round(us / 1e6);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** From ms. */
export const lengthMs = (ms: number): string => length(ms * 1e3);

/** `1,234`: thin groups, the same everywhere. */
export const whole = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, "\u2009");

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${whole(n)} ${n === 1 ? one : many}`;

const digits = (value: number): string => String(Number(value.toPrecision(3)));
