import type { Source } from "../plan/sources.js";

/** Options by their names, as they would be typed. */
export type Words = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** What was said, and who said it. */
export interface Said {
  readonly words: Words;
  readonly sources: Readonly<Record<string, Source>>;
}

/** One voice. What is undefined was not said. */
export function saying(source: Source, words: Words): Said {
  const said = Object.entries(words).filter(([, word]) => word !== undefined);
  return {
    words: Object.fromEntries(said),
    sources: Object.fromEntries(said.map(([name]) => [name, source])),
  };
}

/** Several voices, the one that counts most first: flag, environment, config. */
export const layered = (...voices: readonly Said[]): Said => ({
  words: Object.assign({}, ...voices.map(({ words }) => words).toReversed()) as Words,
  sources: Object.assign({}, ...voices.map(({ sources }) => sources).toReversed()) as Said["sources"],
});

/** Of these options only. */
export const only = ({ words, sources }: Said, names: readonly string[]): Said => ({
  words: pick(words, names),
  sources: pick(sources, names),
});

/** Of all options but these. */
export const without = (said: Said, names: readonly string[]): Said =>
  only(
    said,
    Object.keys(said.words).filter((name) => !names.includes(name)),
  );

const pick = <T>(all: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
