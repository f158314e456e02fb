import { describe, expect, it } from "vitest";
import { ticks } from "./ticks.js";
import { around, clamp, CLOSEST, createView, pan, zoom } from "./view.js";

const full = { from: 0, to: 1_000_000 };

describe("zoom", () => {
  it("keeps the pointed-at moment where it is", () => {
    const closer = zoom(full, 0.5, 250_000);
    expect(closer).toEqual({ from: 125_000, to: 625_000 });
    expect((250_000 - closer.from) / (closer.to - closer.from)).toBeCloseTo(0.25);
  });

  it("stops at the closest view without drifting aside", () => {
    const closest = { from: 500_000, to: 500_000 + CLOSEST };
    expect(zoom(closest, 0.1, 500_025)).toEqual(closest);
  });
});

describe("clamp", () => {
  it("moves a view back into the run and keeps its length", () => {
    expect(clamp({ from: -300_000, to: 100_000 }, full)).toEqual({ from: 0, to: 400_000 });
    expect(clamp(pan(full, 1e9), full)).toEqual(full);
    expect(clamp({ from: 900_000, to: 1_200_000 }, full)).toEqual({ from: 700_000, to: 1_000_000 });
  });

  it("is never wider than the run, nor closer than can be seen", () => {
    expect(clamp({ from: -1e9, to: 1e9 }, full)).toEqual(full);
    const { from, to } = clamp({ from: 10, to: 10 }, full);
    expect(to - from).toBe(CLOSEST);
  });
});

describe("view", () => {
  it("tells of changes only, until unsubscribed", () => {
    const view = createView(1_000_000);
    let told = 0;
    const stop = view.subscribe(() => (told += 1));
    view.set({ from: 100, to: 900 });
    view.set({ from: 100, to: 900 });
    expect(told).toBe(1);
    stop();
    view.set(view.full);
    expect(told).toBe(1);
  });

  it("shows what led to a moment", () => {
    expect(around(100, 100, 1_000)).toEqual({ from: -400, to: 600 });
    expect(around(0, 10_000, 1_000)).toEqual({ from: -1_000, to: 11_000 });
  });
});

describe("ticks", () => {
  it("stand at round times, labelled as finely as they stand apart", () => {
    const seconds = ticks({ from: 0, to: 60_000_000 }, 6);
    expect(seconds.at.map(seconds.label)).toEqual(["0 s", "10 s", "20 s", "30 s", "40 s", "50 s", "60 s"]);
    const millis = ticks({ from: 1_000_000, to: 1_010_000 }, 5);
    expect(millis.at.map(millis.label)).toEqual([
      "1.000 s",
      "1.002 s",
      "1.004 s",
      "1.006 s",
      "1.008 s",
      "1.010 s",
    ]);
  });

  it("never stand before the run", () => {
    expect(Math.min(...ticks({ from: -5_000_000, to: 5_000_000 }, 8).at)).toBe(0);
  });
});
