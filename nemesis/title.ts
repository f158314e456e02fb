import { nemeses } from "./index.js";

/** `pause`, `kill:wipe`: the usual shape of a nemesis goes without saying. */
export function faultTitle({
  name,
  shape,
}: {
  readonly name: string;
  readonly shape?: string | undefined;
}): string {
  const nemesis = nemeses[name];
  const usual = nemesis?.bare === "first" ? Object.keys(nemesis.shapes)[0] : undefined;
  return shape === undefined || shape === usual ? name : `${name}:${shape}`;
}
