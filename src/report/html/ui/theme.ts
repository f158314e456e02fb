/** Colours of what is drawn on canvas: the stylesheet's custom properties, so that both follow one palette. */
const NAMES = [
  "surface",
  "sunken",
  "ink",
  "muted",
  "faint",
  "line",
  "bad",
  "warn",
  "good",
  "acquire",
  "read",
  "write",
  "release",
  "hold",
  "hold-ink",
  "overrun",
  "clash",
] as const;

export type Theme = Readonly<Record<(typeof NAMES)[number], string>> & { readonly font: string };

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  return { ...(colours as Record<(typeof NAMES)[number], string>), font: style.fontFamily };
}

/** Calls `onChange` when light turns to dark, or back. */
export function followScheme(onChange: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", onChange);
  return () => dark.removeEventListener("change", onChange);
}
