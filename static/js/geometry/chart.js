/**
 * Sentences and lines of the loss card: what the curves say, and how many points of them are worth drawing.
 */

import { fixed } from "../core/format.js";
import { t } from "../core/texts.js";

/** @typedef {{steps: number[], values: number[]}} Curve */

/** Means over stretches of a few pixels, so that the noise of single batches does not hide the way.
 * @param {Curve} curve @param {(step: number) => number} x @param {number} wide pixels of one stretch
 * @returns {Curve} */
export function binned({ steps, values }, x, wide) {
  const out = { steps: /** @type {number[]} */ ([]), values: /** @type {number[]} */ ([]) };
  let [from, sum, place, n] = [-1, 0, 0, 0];
  const close = () => {
    if (!n) return;
    out.steps.push(place / n);
    out.values.push(sum / n);
  };
  for (let i = 0; i < steps.length; i++) {
    const bin = Math.floor(x(steps[i]) / wide);
    if (bin !== from) {
      close();
      [from, sum, place, n] = [bin, 0, 0, 0];
    }
    sum += values[i];
    place += steps[i];
    n++;
  }
  close();
  // A curve ends where it ends, not in the middle of its last stretch.
  const last = steps.length - 1;
  if (last >= 0 && out.steps[out.steps.length - 1] < steps[last]) {
    out.steps.push(steps[last]);
    out.values.push(out.values[out.values.length - 1]);
  }
  return out;
}

/** The curve's value at a step: the last known one before it; undefined before the first.
 * @param {Curve} curve @param {number} step */
export function valueAtStep({ steps, values }, step) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] > step) high = middle;
    else low = middle + 1;
  }
  return low ? values[low - 1] : undefined;
}

/** The mean of a curve's last points up to a step; single batches are too loud to compare.
 * @param {Curve} curve @param {number} step @param {number} count */
export function recentMean({ steps, values }, step, count) {
  const kept = values.slice(0, steps.filter((s) => s <= step).length).slice(-count);
  return kept.length ? kept.reduce((a, b) => a + b, 0) / kept.length : undefined;
}

/** What the two losses say together. Bold words stand between two asterisks.
 * @param {number | null | undefined} train @param {number | null | undefined} test
 * @param {(x: number) => string} words a loss in words @param {boolean} [drawn] the gap is on the picture */
export function gapSentence(train, test, words, drawn = true) {
  if (train == null || test == null || !(train >= 0)) return "";
  const [ratio, gap] = [test / train, test - train];
  if (gap > 0.01 && ratio >= 1.5) {
    const told = { times: ratio >= 100 ? t("cards.times.over", { n: 100 }) : `${fixed(ratio, 1)}×` };
    return drawn ? t("cards.gap.shaded", told) : t("cards.gap.difference", told);
  }
  // Forty percent more is not small, whatever the numbers' size.
  if (gap > 0.02 && ratio >= 1.15) return t("cards.gap.opening", { gap: words(gap) });
  if (gap > 0.02) return t("cards.gap.small", { gap: words(gap) });
  return t("cards.gap.none");
}
