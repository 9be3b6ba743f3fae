/**
 * How numbers are spread: histograms, medians, piles of dots.
 */

import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";

/** The middle of some numbers; undefined of none. @param {ArrayLike<number>} values */
export function median(values) {
  if (!values.length) return undefined;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Sizes without zeros. @param {ArrayLike<number>} values @returns {number[]} */
export const sizes = (values) => Array.from(values, Math.abs).filter((x) => x > 0);

/** Rounds a histogram off, twice by 1 : 2 : 1; its sum stays. @param {ArrayLike<number>} counts @returns {number[]} */
export function softened(counts) {
  let now = Array.from(counts);
  for (let pass = 0; pass < 2; pass++) {
    now = now.map((c, i) => (2 * c + (now[i - 1] ?? c) + (now[i + 1] ?? c)) / 4);
  }
  return now;
}

/** Counts per bin; what lies outside goes to the ends. @param {ArrayLike<number>} values @param {number} low
 * @param {number} high @param {number} bins @returns {number[]} */
export function histogram(values, low, high, bins) {
  const counts = Array(bins).fill(0);
  const span = high - low || 1;
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(((values[i] - low) / span) * bins);
    counts[Math.min(bins - 1, Math.max(0, at))]++;
  }
  return counts;
}

/** Dots piled up about a line: where each value stands, and how high in its pile (0, 1, −1, 2, −2 …).
 * @param {ArrayLike<number>} values @param {(value: number) => number} x @param {number} wide of one pile, in pixels
 * @returns {{x: number, row: number}[]} */
export function piled(values, x, wide) {
  /** @type {Map<number, number>} */
  const piles = new Map();
  return Array.from(values, (value) => {
    const pile = Math.round(x(value) / wide);
    const n = piles.get(pile) ?? 0;
    piles.set(pile, n + 1);
    return { x: pile * wide, row: n % 2 ? (n + 1) / 2 : -n / 2 };
  });
}

/** The next of 1, 2, 3, 5, 10, 20 … @param {number} x */
export function roundUp(x) {
  if (!(x > 0)) return 1;
  const ten = 10 ** Math.floor(Math.log10(x));
  return Number((ten * ([1, 2, 3, 5, 10].find((step) => step * ten >= x * 0.9999) ?? 10)).toPrecision(2));
}

/** How many times, in words: "1.2×", "30×", "over 1,000×". @param {number} ratio ≥ 1 */
export const times = (ratio) =>
  ratio >= 1000 ? t("cards.times.over", { n: 1000 }) : `${fixed(ratio, ratio >= 10 ? 0 : 1)}×`;

/** Where an activation is flat, or at rest: which answers count.
 * @type {Record<string, {flat: (a: number) => boolean, range: [number, number]}>} */
export const FLAT = {
  tanh: { flat: (a) => Math.abs(a) > 0.95, range: [-1, 1] },
  sigmoid: { flat: (a) => a < 0.025 || a > 0.975, range: [0, 1] },
  relu: { flat: (a) => a <= 0, range: [0, 0] },
};
