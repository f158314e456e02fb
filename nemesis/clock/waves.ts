/** How far a clock is off, as time goes by: the shapes of a clock's fault. */

/** ms ahead of the true time, `elapsedMs` after the fault began. */
export type Wave = (elapsedMs: number) => number;

export interface WaveTerms {
  /** ms ahead; negative: behind. */
  readonly offset: number;
  /** ms gained a second / 1000: 0.1 runs ten per cent too fast. */
  readonly rate: number;
  /** ms. */
  readonly period: number;
}

export const waves = {
  /** At once, and it stays so. */
  jump:
    ({ offset }: WaveTerms): Wave =>
    () =>
      offset,
  /** Too fast or too slow. */
  drift:
    ({ rate }: WaveTerms): Wave =>
    (elapsedMs) =>
      elapsedMs * rate,
  /** Off and right in turns. */
  strobe:
    ({ offset, period }: WaveTerms): Wave =>
    (elapsedMs) =>
      elapsedMs % (2 * period) < period ? offset : 0,
  /** Drifts, and is set right at one stroke, over and over: a clock that is stepped by cron. */
  reset:
    ({ rate, period }: WaveTerms): Wave =>
    (elapsedMs) =>
      (elapsedMs % period) * rate,
} as const;

export type WaveName = keyof typeof waves;
export const WAVES = Object.keys(waves) as readonly WaveName[];
