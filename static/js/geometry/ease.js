/** Smoothing of a curve: an exponential mean, corrected for its start as Adam's moments are. */

/** @typedef {{steps: number[], values: number[]}} Curve */

/** Levels of the slider, as memories β of one step; 0 is the curve as it was measured. */
export const LEVELS = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995];

/** mᵢ = β^d mᵢ₋₁ + (1 − β^d) xᵢ, d the steps between two points, so that merged points weigh as many; divided by the
 * weight that is there so far. @param {Curve} curve @param {number} beta 0 … 1 @returns {Curve} */
export function eased({ steps, values }, beta) {
  if (!(beta > 0)) return { steps, values };
  let [mean, weight, before] = [0, 0, (steps[0] ?? 0) - 1];
  return {
    steps,
    values: values.map((value, i) => {
      const keep = beta ** Math.max(1, steps[i] - before);
      before = steps[i];
      mean = keep * mean + (1 - keep) * value;
      weight = keep * weight + (1 - keep);
      return mean / weight;
    }),
  };
}
