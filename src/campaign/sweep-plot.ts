import { formatDuration } from "../units.js";
import type { Point } from "./sweep.js";

const SIZE = { width: 640, height: 360, left: 68, right: 120, top: 20, bottom: 44 } as const;
const COLOURS = ["#4c6ef5", "#d9480f", "#2b8a3e", "#9c36b5", "#c92a2a", "#0b7285", "#e67700", "#495057"];

/**
 * The share of violated runs over how long the fault lasts, a line for each TTL, with its interval (Wilson, 95 %). SVG
 * that needs nothing else and takes the ink of the page that it stands in.
 */
export function sweepPlot(points: readonly Point[]): string {
  const { width, height, left, right, top, bottom } = SIZE;
  const longest = Math.max(...points.map(({ faultMs }) => faultMs), 1);
  const x = (ms: number): number => round(left + (ms / longest) * (width - left - right));
  const y = (share: number): number => round(height - bottom - share * (height - top - bottom));
  const ttls = [...new Set(points.map(({ ttlMs }) => ttlMs))];
  const series = ttls.map((ttlMs, nth) => {
    const colour = COLOURS[nth % COLOURS.length] ?? "currentColor";
    // A little apart: intervals that lie on one another could not be told apart.
    const shift = (nth - (ttls.length - 1) / 2) * 6;
    const own = points.filter((point) => point.ttlMs === ttlMs && point.violated.total > 0);
    const bars = own.map(({ faultMs, violated: { share, interval } }) => {
      const at = x(faultMs) + shift;
      return `<path d="M${at} ${y(interval.low)}V${y(interval.high)}" stroke="${colour}" stroke-width="2" opacity=".45"/><circle cx="${at}" cy="${y(share)}" r="4" fill="${colour}"/>`;
    });
    const line = own.map(({ faultMs, violated }) => `${x(faultMs) + shift},${y(violated.share)}`).join(" ");
    const label = `<text x="${width - right + 26}" y="${top + 14 + nth * 20}" fill="${colour}">TTL ${formatDuration(ttlMs)}</text>`;
    return `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="1.5"/>${bars.join("")}${label}`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<path d="M${left} ${y(share)}H${width - right + 10}" stroke="currentColor" opacity=".15"/><text x="${left - 8}" y="${y(share) + 4}" text-anchor="end">${share * 100} %</text>`,
  );
  const faults = [...new Set(points.map(({ faultMs }) => faultMs))].map(
    (ms) =>
      `<text x="${x(ms)}" y="${height - bottom + 18}" text-anchor="middle">${formatDuration(ms)}</text>`,
  );
  const title = `<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">how long the fault lasts</text><text transform="translate(12 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">violated runs</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="share of violated runs by how long the fault lasts" font-family="system-ui,sans-serif" font-size="12" fill="currentColor">${[...ticks, ...faults, title, ...series].join("")}</svg>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
