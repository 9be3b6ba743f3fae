/** A part of the steps, looked at closer: null is the whole run. */

/** @typedef {{from: number, to: number} | null} Range */

/** No part is narrower, in steps. */
const LEAST = 4;

/** Closer (factor > 1) or farther about a step that stays where it is. @param {Range} range @param {number} last
 * @param {number} at @param {number} factor @returns {Range} */
export function zoomed(range, last, at, factor) {
  const { from, to } = range ?? { from: 0, to: last };
  const wide = Math.max(LEAST, (to - from) / factor);
  if (wide >= last) return null;
  const left = at - ((at - from) / (to - from)) * wide;
  return within({ from: left, to: left + wide }, last);
}

/** The part between two steps, in whichever order; null where that is no part. @param {number} a @param {number} b
 * @param {number} last @returns {Range} */
export function part(a, b, last) {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  return to - from < LEAST ? null : within({ from, to }, last);
}

/** The same part moved inside the run. @param {{from: number, to: number}} range @param {number} last @returns {Range} */
function within({ from, to }, last) {
  const wide = Math.min(to - from, last);
  const left = Math.max(0, Math.min(from, last - wide));
  return wide >= last ? null : { from: left, to: left + wide };
}
