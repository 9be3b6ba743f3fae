/**
 * The decision's border: lines where a picture passes a value, by marching squares (d3-contour).
 */

import { contours } from "d3-contour";

/** @typedef {import("../core/types.js").Numbers} Numbers */

/** One ring of cells more on every side, equal to its neighbour: so a line leaves the picture instead of turning back
 * along its edge, and the edge itself is no line.
 * @param {Numbers | number[]} values row by row @param {number} width @param {number} height */
export function padded(values, width, height) {
  const out = new Array((width + 2) * (height + 2));
  for (let y = -1; y <= height; y++) {
    const row = Math.min(height - 1, Math.max(0, y)) * width;
    for (let x = -1; x <= width; x++) {
      out[(y + 1) * (width + 2) + x + 1] = values[row + Math.min(width - 1, Math.max(0, x))];
    }
  }
  return out;
}

/** Lines in units of cells, (0, 0) the picture's upper left corner; they run on one cell beyond its edge.
 * @param {Numbers | number[]} values @param {number} width @param {number} height @param {number} threshold
 * @returns {[number, number][][]} */
export function borderLines(values, width, height, threshold) {
  const outline = contours()
    .size([width + 2, height + 2])
    .smooth(true);
  const { coordinates } = outline.contour(padded(values, width, height), threshold);
  /** @type {[number, number][][]} */
  const lines = [];
  for (const polygon of coordinates) {
    for (const ring of polygon) lines.push(ring.map(([x, y]) => [x - 1, y - 1]));
  }
  return lines;
}

/** Where the likeliest class changes: a line around each class, its steps of whole cells smoothed away.
 * @param {Numbers} best class of every cell @param {number} width @param {number} height @param {number} classes */
export function classLines(best, width, height, classes) {
  const lines = [];
  for (let k = 0; k < classes; k++) {
    const own = Float32Array.from(best, (value) => (value === k ? 1 : 0));
    if (!own.includes(1) || !own.includes(0)) continue;
    let soft = own;
    for (let i = 0; i < 4; i++) soft = smoothed(soft, width, height);
    lines.push(...borderLines(soft, width, height, 0.5));
  }
  return lines;
}

/** Each cell becomes a 1 2 1 mean of its neighbourhood.
 * @param {Float32Array} values @param {number} width @param {number} height */
export function smoothed(values, width, height) {
  const pass = (
    /** @type {Float32Array} */ from,
    /** @type {number} */ step,
    /** @type {(i: number) => boolean} */ start,
    /** @type {(i: number) => boolean} */ end,
  ) => from.map((value, i) => (2 * value + from[start(i) ? i : i - step] + from[end(i) ? i : i + step]) / 4);
  const across = pass(
    values,
    1,
    (i) => i % width === 0,
    (i) => i % width === width - 1,
  );
  return pass(
    across,
    width,
    (i) => i < width,
    (i) => i >= width * (height - 1),
  );
}

/** Adds lines to a path, scaled. @param {Path2D | CanvasRenderingContext2D} path @param {[number, number][][]} lines
 * @param {number} sx @param {number} sy */
export function trace(path, lines, sx, sy) {
  for (const line of lines) {
    line.forEach(([x, y], i) => (i ? path.lineTo(x * sx, y * sy) : path.moveTo(x * sx, y * sy)));
  }
}
