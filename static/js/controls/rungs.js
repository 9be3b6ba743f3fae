/** The rungs of sliders: what the catalogue declares, and what is added at an end. */

export const BATCHES = [1, 2, 4, 8, 10, 16, 32, 64, 128, 256];
export const CLIPS = [0, 0.1, 0.3, 1, 3, 10];
export const DECAYS = [0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

/** @param {number[]} ladder */
export const withZero = (ladder) => (ladder[0] === 0 ? ladder : [0, ...ladder]);

/** The rungs below all there are, and all. @param {number[]} ladder @param {number | null} all */
export const upToAll = (ladder, all) => [...ladder.filter((size) => all === null || size < all), Infinity];

/** A few rungs for a field that declares none. @param {import("../core/types.js").Field} f */
export function between({ low, high, default: start }) {
  const rungs = new Set([start / 10, start / 3, start, start * 3, start * 10].map((x) => Number(x.toPrecision(1))));
  return [...rungs, start]
    .filter((x, i, all) => all.indexOf(x) === i && (low == null || x >= low) && (high == null || x <= high))
    .sort((a, b) => a - b);
}
