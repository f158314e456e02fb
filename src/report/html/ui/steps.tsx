import { length, moment } from "./format.js";
import type { Story } from "./story.js";

/** Each step in numbers. */
export function Steps({ story }: { readonly story: Story }) {
  const first = story.moments[0]?.at ?? 0;
  return (
    <ol class="steps">
      {story.moments.map(({ at, text, tone }, place) => (
        <li key={place} class={tone}>
          <time title={moment(at)}>{place === 0 ? moment(at) : later(at - first)}</time>
          {text}
        </li>
      ))}
    </ol>
  );
}

/** Steps follow each other within ms, long after the first: three digits would make them the same. */
const later = (us: number): string => `+${us < 1e6 ? length(us) : `${(us / 1e6).toFixed(3)} s`}`;
