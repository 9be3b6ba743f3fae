/** Where a run that ended in a climb was last on the ground. */

import { firstAfter } from "../core/history.js";

/** A step worth going back to, `latest` at most: a climb that began before it is undone as a whole. The loss of a step
 * is that of its batch before it learned, so the step that led out is the last calm one, and is undone with the rest.
 * @param {{steps: number[], values: number[]}} losses @param {number} latest */
export function calmStep({ steps, values }, latest) {
  const end = firstAfter(steps, latest) - 1;
  if (end < 0) return latest;
  // The last known loss speaks for the steps after it.
  if (values[end] <= 2 * values[0]) return latest;
  for (let i = end - 1; i >= 0; i--) if (values[i] <= 2 * values[0]) return Math.max(0, steps[i] - 1);
  return 0;
}
