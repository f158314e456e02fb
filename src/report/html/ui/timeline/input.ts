import { GUTTER } from "./layout.js";
import { plotWidth } from "./scene.js";
import { pan, zoom, type View } from "./view.js";

export interface InputEvents {
  readonly view: View;
  /** Pointer over a place (CSS px in the canvas), or null when it left. */
  onHover(place: { readonly x: number; readonly y: number } | null): void;
  onClick(place: { readonly x: number; readonly y: number }): void;
  /** +1: to the next violation, -1: to the one before. */
  onStep(direction: 1 | -1): void;
  /** Plain wheels belong to the page until the timeline is used: tell how to zoom. */
  onWheelRefused(): void;
}

const CLOSER = 0.8;
/** Moved less than this (px), a press is a click. */
const STILL = 4;

/** Wheel, pinch, drag and keys. Returns what takes all listeners off again. */
export function listen(canvas: HTMLCanvasElement, events: InputEvents): () => void {
  const { view } = events;
  const off = new AbortController();
  const { signal } = off;
  const fingers = new Map<number, { x: number; y: number }>();
  let travelled = 0;

  const perPixel = (): number => {
    const { from, to } = view.get();
    return (to - from) / plotWidth(canvas.clientWidth);
  };
  const timeAt = (x: number): number => view.get().from + (x - GUTTER) * perPixel();
  const placeOf = (event: MouseEvent): { x: number; y: number } => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  canvas.addEventListener(
    "wheel",
    (event) => {
      // A page that scrolls must not get stuck here: only a timeline in use, or a pinch (which comes with ctrlKey), zooms.
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!sideways && !event.ctrlKey && !event.metaKey && document.activeElement !== canvas)
        return events.onWheelRefused();
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (sideways || event.shiftKey)
        view.set(pan(view.get(), (event.deltaX || event.deltaY) * unit * perPixel()));
      else {
        const strength = event.ctrlKey ? 0.01 : 0.002;
        view.set(zoom(view.get(), Math.exp(event.deltaY * unit * strength), timeAt(placeOf(event).x)));
      }
    },
    { passive: false, signal },
  );

  canvas.addEventListener(
    "pointerdown",
    (event) => {
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, placeOf(event));
      travelled = 0;
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      const now = placeOf(event);
      const before = fingers.get(event.pointerId);
      if (!before) return events.onHover(now);
      travelled += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
      const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      fingers.set(event.pointerId, now);
      if (!other) {
        if (travelled > STILL) view.set(pan(view.get(), (before.x - now.x) * perPixel()));
        return;
      }
      const apart = (place: { x: number }): number => Math.max(10, Math.abs(place.x - other.x));
      view.set(zoom(view.get(), apart(before) / apart(now), timeAt((now.x + other.x) / 2)));
    },
    { signal },
  );
  const lift = (event: PointerEvent): void => {
    const pressed = fingers.delete(event.pointerId);
    if (pressed && event.type === "pointerup" && travelled <= STILL) events.onClick(placeOf(event));
  };
  canvas.addEventListener("pointerup", lift, { signal });
  canvas.addEventListener("pointercancel", lift, { signal });
  canvas.addEventListener("pointerleave", () => events.onHover(null), { signal });
  canvas.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !press(event.key, events)) return;
      event.preventDefault();
    },
    { signal },
  );
  return () => off.abort();
}

/** What a key does; false: nothing. */
export function press(key: string, { view, onStep }: Pick<InputEvents, "view" | "onStep">): boolean {
  const range = view.get();
  const length = range.to - range.from;
  const middle = (range.from + range.to) / 2;
  switch (key) {
    case "ArrowLeft":
      view.set(pan(range, -length / 8));
      return true;
    case "ArrowRight":
      view.set(pan(range, length / 8));
      return true;
    case "+":
    case "=":
      view.set(zoom(range, CLOSER, middle));
      return true;
    case "-":
      view.set(zoom(range, 1 / CLOSER, middle));
      return true;
    case "Home":
      view.set(pan(range, view.full.from - range.from));
      return true;
    case "End":
      view.set(pan(range, view.full.to - range.to));
      return true;
    case "0":
    case "f":
      view.set(view.full);
      return true;
    case "n":
      onStep(1);
      return true;
    case "p":
      onStep(-1);
      return true;
    default:
      return false;
  }
}
