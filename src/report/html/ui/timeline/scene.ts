import type { Model, Shown } from "../model.js";
import type { Theme } from "../theme.js";
import type { Item } from "./item.js";
import { AXIS, GUTTER, RIGHT, type Lane, type Layout } from "./layout.js";
import type { Range } from "./view.js";

/** All that one frame of the timeline is drawn from. Sizes in CSS pixels. */
export interface Scene {
  readonly model: Model;
  readonly layout: Layout;
  readonly theme: Theme;
  readonly range: Range;
  readonly width: number;
  readonly height: number;
  /** How far the lanes are scrolled up. */
  readonly scroll: number;
  readonly hovered: Item | null;
  readonly selected: Shown | null;
}

export const plotWidth = (width: number): number => Math.max(1, width - GUTTER - RIGHT);

/** Where a time stands, and what time stands there. */
export function xOf({ range, width }: Pick<Scene, "range" | "width">, us: number): number {
  return GUTTER + ((us - range.from) / (range.to - range.from)) * plotWidth(width);
}

export function timeAt({ range, width }: Pick<Scene, "range" | "width">, x: number): number {
  return range.from + ((x - GUTTER) / plotWidth(width)) * (range.to - range.from);
}

export const topOf = (scene: Pick<Scene, "scroll">, lane: Lane): number => AXIS + lane.top - scene.scroll;

export function isVisible(scene: Pick<Scene, "scroll" | "height">, lane: Lane): boolean {
  const top = topOf(scene, lane);
  return top < scene.height && top + lane.height > AXIS;
}
