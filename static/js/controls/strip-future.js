/** What lies ahead on the strip: pure functions from a future to curves and words. */

/** @typedef {import("../core/future.js").Future} Future */
/** @typedef {{steps: number[], values: number[]}} Curve */

/** Steps to a point of a foreseen curve: as many as the points of a run at the usual pace stand for. */
const TILE = 4;

/** The losses after a step as means over aligned tiles, so that the curve lies where the run's will.
 * @param {Future} future @param {number} since @param {number} span steps in the picture @param {number} width pixels
 * @returns {Curve} */
export function foreseen({ from, loss }, since, span, width) {
  let tile = TILE;
  while (tile < span / Math.max(1, width)) tile *= 2;
  /** @type {Curve} */
  const made = { steps: [], values: [] };
  let [sum, count] = [0, 0];
  for (let i = Math.max(0, since - from); i < loss.length; i++) {
    const step = from + i + 1;
    sum += loss[i];
    count++;
    if (step % tile === 0 || i === loss.length - 1) {
      made.steps.push(step);
      made.values.push(sum / count);
      [sum, count] = [0, 0];
    }
  }
  return made;
}

/** @param {Curve} curve @param {number} since @returns {Curve} */
export function after({ steps, values }, since) {
  const first = steps.findIndex((step) => step > since);
  return first < 0 ? { steps: [], values: [] } : { steps: steps.slice(first), values: values.slice(first) };
}

/** The loss of a step that was foreseen; null for others. @param {Future} future @param {number} step */
export const lossAt = ({ from, loss }, step) => loss[step - from - 1] ?? null;

/** The mean of its last losses: what it comes to. @param {Future} future @returns {number | null} */
export function comesTo({ loss }) {
  const last = loss.slice(-50);
  return last.length ? last.reduce((a, b) => a + b, 0) / last.length : null;
}
