/**
 * A coarse picture made finer by cubic B-splines: edges that fall between cells become lines instead of stairs.
 * A canvas's own smoothing blends colours of neighbouring cells and shows the grid where a unit saturates.
 */

/** @typedef {import("../core/types.js").Numbers} Numbers */

/** Weights of the four neighbours at each of `factor` places within a cell, and the first neighbour's offset.
 * @param {number} factor @returns {{offset: number, weights: number[]}[]} */
function phases(factor) {
  return Array.from({ length: factor }, (_, k) => {
    const at = (k + 0.5) / factor - 0.5;
    const cell = Math.floor(at);
    const t = at - cell;
    const u = 1 - t;
    return {
      offset: cell - 1,
      weights: [u * u * u, 3 * t * t * t - 6 * t * t + 4, 3 * u * u * u - 6 * u * u + 4, t * t * t].map((w) => w / 6),
    };
  });
}

/** @type {Map<number, ReturnType<typeof phases>>} */
const known = new Map();
let half = new Float32Array(0);

/** The picture `factor` times as fine in both directions; what lies beyond the edge equals the edge.
 * @param {Numbers} values row by row @param {number} width @param {number} height @param {number} factor
 * @param {Uint8Array} [out] @returns {Uint8Array} */
export function finer(values, width, height, factor, out) {
  const steps = known.get(factor) ?? phases(factor);
  known.set(factor, steps);
  const [wide, tall] = [width * factor, height * factor];
  const made = out?.length === wide * tall ? out : new Uint8Array(wide * tall);
  if (half.length < wide * height) half = new Float32Array(wide * height);
  const within = (/** @type {number} */ i, /** @type {number} */ n) => (i < 0 ? 0 : i >= n ? n - 1 : i);
  for (let x = 0; x < wide; x++) {
    const { offset, weights } = steps[x % factor];
    const first = Math.floor(x / factor) + offset;
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => within(first + i, width));
    const [p, q, r, s] = weights;
    for (let y = 0, row = 0; y < height; y++, row += width) {
      half[y * wide + x] = p * values[row + a] + q * values[row + b] + r * values[row + c] + s * values[row + d];
    }
  }
  for (let y = 0; y < tall; y++) {
    const { offset, weights } = steps[y % factor];
    const first = Math.floor(y / factor) + offset;
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => within(first + i, height) * wide);
    const [p, q, r, s] = weights;
    for (let x = 0, to = y * wide; x < wide; x++, to++) {
      made[to] = 0.5 + p * half[a + x] + q * half[b + x] + r * half[c + x] + s * half[d + x];
    }
  }
  return made;
}

/** The same filter at the cells themselves (1 4 1 in both directions), unrounded, so that a line drawn through it
 * does not follow the 256 levels of the picture. @param {Numbers} values @param {number} width @param {number} height
 * @returns {Float32Array} */
export function softened(values, width, height) {
  const out = new Float32Array(width * height);
  const row = new Float32Array(width * height);
  for (let i = 0; i < row.length; i++) {
    const x = i % width;
    row[i] = (4 * values[i] + values[x ? i - 1 : i] + values[x < width - 1 ? i + 1 : i]) / 6;
  }
  for (let i = 0; i < out.length; i++) {
    out[i] = (4 * row[i] + row[i >= width ? i - width : i] + row[i < width * (height - 1) ? i + width : i]) / 6;
  }
  return out;
}
