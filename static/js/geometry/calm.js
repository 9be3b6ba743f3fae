/** Where a run that ended in a climb was last on the ground. */

import { firstAfter } from "../core/history.js";

/** Up to this many times the first loss is no climb. */
const CALM = 2;

/** A step worth going back to, `latest` at most: a climb that began before it is undone as a whole. The loss of a step
 * is that of its batch before it learned, so the step that led out is the last calm one, and is undone with the rest.
 * @param {{steps: number[], values: number[]}} losses @param {number} latest */
export function calmStep({ steps, values }, latest) {
  const calm = (/** @type {number} */ i) => values[i] <= CALM * values[0];
  let i = firstAfter(steps, latest) - 1;
  if (i < 0) return latest;
  while (i >= 0 && !calm(i)) i--;
  if (i < 0) return 0;
  return i + 1 < steps.length && !calm(i + 1) ? Math.max(0, steps[i] - 1) : latest;
}
