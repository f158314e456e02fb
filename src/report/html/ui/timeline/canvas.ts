/** Sizes a canvas for its screen's own pixels, and draws. Sizes in CSS pixels. */
export function paint(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  draw: (c: CanvasRenderingContext2D, ratio: number) => void,
): void {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  // Setting a size clears and reallocates, even to the same one.
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const c = canvas.getContext("2d");
  if (!c || w === 0 || h === 0) return;
  draw(c, ratio);
}
