/**
 * A weight as a curve: its width and opacity say its size, and a pointer finds it.
 */

/** Pixels wide. @param {number} w */
export const weightWidth = (w) => Math.min(7, 0.7 + 2 * Math.abs(w));

/** 0.20 for a weight of 0, 0.85 from |w| = 1.3. @param {number} w */
export const weightOpacity = (w) => 0.2 + 0.65 * Math.min(1, Math.abs(w) / 1.3);

/** So many curves between two columns can be told apart; of more the strongest stand out and the weaker ones fade. */
export const DISTINCT = 140;

/** How far a curve stays among `n` by its rank, 0 for the weakest: the strongest 140 whole, below them down to 0.12.
 * @param {number} rank @param {number} n */
export const crowdOpacity = (rank, n) => Math.max(0.12, Math.min(1, (rank - n) / DISTINCT + 2));

/** Indices, weakest first, so that strong curves lie on top. @param {ArrayLike<number>} weights */
export function weakestFirst(weights) {
  const order = Uint32Array.from({ length: weights.length }, (_, i) => i);
  return order.sort((a, b) => Math.abs(weights[a]) - Math.abs(weights[b]));
}

/** The curve's two inner control points: it leaves and arrives level.
 * @param {number} x0 @param {number} x1 @returns {[number, number]} */
export const controls = (x0, x1) => [x0 + (x1 - x0) * 0.48, x1 - (x1 - x0) * 0.48];

/** The curve's parameter where it passes x. @param {number} x0 @param {number} x1 @param {number} x */
export function parameterAt(x0, x1, x) {
  const [a, b] = controls(x0, x1);
  let [low, high] = [0, 1];
  for (let i = 0; i < 24; i++) {
    const t = (low + high) / 2;
    const u = 1 - t;
    const at = u * u * u * x0 + 3 * u * u * t * a + 3 * u * t * t * b + t * t * t * x1;
    if (at < x) low = t;
    else high = t;
  }
  return (low + high) / 2;
}

/** The curve's height at parameter t. @param {number} y0 @param {number} y1 @param {number} t */
export const heightAt = (y0, y1, t) => y0 + (y1 - y0) * (3 * t * t - 2 * t * t * t);

/** The curve nearest to a point, or −1 where none is within `reach` pixels. Of two as near, the stronger.
 * @param {Float32Array} ends `[x0, y0, x1, y1]` a curve, all between the same two columns
 * @param {ArrayLike<number>} weights @param {number} x @param {number} y @param {number} [reach] */
export function nearestCurve(ends, weights, x, y, reach = 7) {
  const [x0, x1] = [ends[0], ends[2]];
  if (!(x > x0 && x < x1)) return -1;
  const t = parameterAt(x0, x1, x);
  const [a, b] = controls(x0, x1);
  const u = 1 - t;
  const dx = 3 * (u * u * (a - x0) + 2 * u * t * (b - a) + t * t * (x1 - b));
  let [best, least] = [-1, Infinity];
  for (let i = 0; i < weights.length; i++) {
    const [y0, y1] = [ends[4 * i + 1], ends[4 * i + 3]];
    // Distance across the curve, not straight down: steep curves would be hard to hit.
    const slope = ((y1 - y0) * 6 * t * u) / dx;
    const half = weightWidth(weights[i]) / 2;
    const away = Math.abs(heightAt(y0, y1, t) - y) / Math.hypot(1, slope) - half;
    if (away > reach - half) continue;
    const score = Math.max(0, away) - 0.25 * half;
    if (score < least) [best, least] = [i, score];
  }
  return best;
}
